import type { Neighbor } from '../node/report.ts'
import type { Check } from './checks.ts'
import { interfacesOf, type Miss, type Subject } from './hold.ts'
import type { Judge } from './judge.ts'
import type { CompiledPattern } from './neighbordb.ts'
import type { Seen } from './sight.ts'
import { formatOperand } from './source.ts'

/** So many of the things seen are named; the rest is counted. */
const MAX_SHOWN = 5
const MAX_LENGTH = 80

/** Why a pattern does not match, as one line: `Ethernet49: expected device spine1, saw spine2`. */
export function reasonFor(
  miss: Miss,
  pattern: CompiledPattern,
  subject: Subject,
  judge: Judge,
): string {
  switch (miss.kind) {
    case 'model':
      return `expected model ${pattern.source.model}, ${modelOf(subject)}`
    case 'forbidden':
      return `${shown(miss.seen.local)}: ${forbidden(miss.check, miss.seen, judge)}`
    case 'taken':
      return `${localOf(miss.check)}: ${expected(miss.check)}, but what satisfies it serves another interface pattern`
    case 'unsatisfied':
      return `${localOf(miss.check)}: ${unsatisfied(miss.check, subject, judge)}`
  }
}

function modelOf({ report }: Subject): string {
  return report.model === null ? 'the node reported none' : `the node is ${shown(report.model)}`
}

function localOf({ local, source }: Check): string {
  return local ?? source.written.local
}

function forbidden(check: Check, { neighbors }: Seen, judge: Judge): string {
  const saw = neighbors.find((each) => judge.accepts(check, each))
  return `saw ${saw === undefined ? '' : formatNeighbor(saw)}, which '${formatSource(check)}' forbids`
}

/** Names the part that no neighbour has: the device, or else the port. */
function unsatisfied(check: Check, { sight }: Subject, judge: Judge): string {
  const seen = interfacesOf(check, sight).flatMap(({ neighbors }) => neighbors)
  if (seen.length === 0) return `${expected(check)}, saw no neighbor`
  const device = formatOperand(check.source.device)
  const port = formatOperand(check.source.port)
  const onDevice = seen.filter((each) => judge.passes(check.device, each.device))
  if (onDevice.length === 0) {
    return `expected device ${device}, saw ${list(seen.map((each) => each.device))}`
  }
  const of = check.device.kind === 'always' ? '' : ` of device ${device}`
  return `expected port ${port}${of}, saw ${list(onDevice.map((each) => each.port))}`
}

function expected({ device, port, source }: Check): string {
  const parts = [
    ...(device.kind === 'always' ? [] : [`device ${formatOperand(source.device)}`]),
    ...(port.kind === 'always' ? [] : [`port ${formatOperand(source.port)}`]),
  ]
  return parts.length === 0 ? 'expected a neighbor' : `expected ${parts.join(' on ')}`
}

function formatSource({ source }: Check): string {
  const { device, port, written } = source
  return `${written.local}: ${formatOperand(device)}:${formatOperand(port)}`
}

function formatNeighbor({ device, port }: Neighbor): string {
  return `${shown(device)}:${shown(port)}`
}

function list(values: readonly string[]): string {
  const different = [...new Set(values)]
  const more = different.length - MAX_SHOWN
  const named = different.slice(0, MAX_SHOWN).map(shown).join(', ')
  return more > 0 ? `${named} and ${more} more` : named
}

/** What a switch sends may hold anything, and must stay on its line. */
function shown(value: string): string {
  const short = value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH)}…` : value
  return /^[!-~…]+$/.test(short) ? short : JSON.stringify(short)
}
