const FORM =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(Z|([-+])([0-9]{1,2})(?::([0-9]{2}))?))?)?$/

/**
 * The ISO text of a date or time, as Python's `isoformat` writes it.
 *
 * @returns undefined when there is no such day or time, which PyYAML refuses
 */
export function readTimestamp(text: string): string | undefined {
  const parts = FORM.exec(text)
  if (parts === null) return undefined
  const [, year = '', month = '', day = '', hour] = parts
  if (!isDay(Number(year), Number(month), Number(day))) return undefined
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return hour === undefined ? date : dateTime(date, parts)
}

function isDay(year: number, month: number, day: number): boolean {
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function dateTime(date: string, parts: RegExpExecArray): string | undefined {
  const [, , , , hour = '', minute = '', second = '', fraction = ''] = parts
  const [zone, sign, zoneHour = '', zoneMinute = '00'] = parts.slice(8)
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  if (Number(zoneHour) * 60 + Number(zoneMinute) >= 24 * 60) return undefined
  const micros = fraction.slice(0, 6).padEnd(6, '0')
  const tail = micros === '000000' ? '' : `.${micros}`
  return `${date}T${hour.padStart(2, '0')}:${minute}:${second}${tail}${offsetText(zone, sign, zoneHour, zoneMinute)}`
}

function offsetText(
  zone: string | undefined,
  sign: string | undefined,
  hour: string,
  minute: string,
): string {
  if (zone === undefined) return ''
  const minutes = Number(hour) * 60 + Number(minute)
  const whole = String(Math.floor(minutes / 60)).padStart(2, '0')
  const rest = String(minutes % 60).padStart(2, '0')
  return `${sign === '-' && minutes > 0 ? '-' : '+'}${whole}:${rest}`
}
