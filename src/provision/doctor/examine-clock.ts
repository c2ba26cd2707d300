import { utcText } from '../../kernel/clock.ts'
import { type Finding, fine, warning, wrong } from './finding.ts'
import type { Answer, ClockPorts } from './ports.ts'

/** Less than this nobody notices, and network file systems and caches differ by seconds. */
const MINUTE = 60_000
const ABOUT = 'clock'
const SET_IT = 'set the clock of this machine and keep it right: timedatectl set-ntp true'

/**
 * By what a wrong clock shows.
 *
 * @param root the data directory
 * @param released when this release was made, ms since 1970: no correct clock is behind it
 * @param answer of the server's URL
 */
export async function examineClock(
  root: string,
  released: number,
  answer: Answer,
  ports: ClockPorts,
): Promise<readonly Finding[]> {
  const now = ports.now()
  const findings = [
    ...tooEarly(now, released),
    ...apart(now, answer),
    ...(await fromTheFuture(root, now, ports)),
    ...((await ports.clockIsSet()) === false
      ? [warning(ABOUT, 'nothing sets the clock of this machine by others: it will drift', SET_IT)]
      : []),
  ]
  return findings.length > 0 ? findings : [fine(ABOUT, `it says ${utcText(now)}`)]
}

function tooEarly(now: number, released: number): readonly Finding[] {
  if (now >= released) return []
  const message = `it says ${utcText(now)}, which is before this release was made`
  return [wrong(ABOUT, message, SET_IT)]
}

function apart(now: number, answer: Answer): readonly Finding[] {
  const time = answer.kind === 'answered' ? answer.time : undefined
  if (time === undefined || Math.abs(time - now) <= MINUTE) return []
  const message = `it says ${utcText(now)}, and whoever answers at server_url ${utcText(time)}`
  return [warning(ABOUT, message, 'see which of the two machines is wrong: timedatectl')]
}

async function fromTheFuture(
  root: string,
  now: number,
  ports: ClockPorts,
): Promise<readonly Finding[]> {
  const found = await ports.fileAfter(root, now + MINUTE)
  if (found === undefined) return []
  const { path, time } = found
  const message = `it says ${utcText(now)}, and ${path} was written at ${utcText(time)}`
  const advice = `if the clock is right, it was not when the file came: touch ${path}`
  return [warning(ABOUT, message, advice)]
}
