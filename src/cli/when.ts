const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `2026-11-22T15:22:33+01:00`: a time as the clock on the wall has it, and where that is. */
export function localTime(time: number): string {
  const date = new Date(time)
  const offset = -date.getTimezoneOffset()
  const shifted = new Date(time + offset * MINUTE).toISOString().slice(0, 19)
  const away = Math.abs(offset)
  return `${shifted}${offset < 0 ? '-' : '+'}${two(Math.floor(away / 60))}:${two(away % 60)}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** `5 min`, `3 h`, `12 d`: how long ago, in the largest unit that fits. */
export function age(since: number, now: number): string {
  const passed = Math.max(0, now - since)
  if (passed < MINUTE) return '< 1 min'
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min`
  return passed < 2 * DAY ? `${Math.floor(passed / HOUR)} h` : `${Math.floor(passed / DAY)} d`
}
