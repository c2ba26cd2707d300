import type { LogLevel } from '../kernel/logger.ts'
import type { NodeEvent } from '../provision/events.ts'

/** A line of the log, without the node id it begins with. */
export type EventLine = { readonly level: LogLevel; readonly text: string }

type EventOf<Kind extends NodeEvent['kind']> = Extract<NodeEvent, { readonly kind: Kind }>

type Writers = { readonly [Kind in NodeEvent['kind']]: (event: EventOf<Kind>) => EventLine[] }

/** An operator wants to see why at once; a neighbordb of hundreds of patterns would bury it. */
const REASONS_SHOWN = 25

/** Characters of what a plugin gave. */
const LONGEST_VALUE = 500

/** The lines of each event, in words that people grep for (server.md, "Global configuration"). */
const WRITERS: Writers = {
  'bad-report': ({ reason }) => [line('error', `bad request of a node: ${reason}`)],
  beginning: () => [line('info', 'node beginning provisioning')],
  known: () => [line('info', 'this node already exists on the server')],
  'not-configured': () => [
    line('error', 'node found on server, but no definition or startup-config configured'),
  ],
  matched: ({ pattern, definition }) => [
    line('info', `node matched '${pattern}' pattern in neighbordb (definition: ${definition})`),
  ],
  unmatched: ({ reasons }) => [
    line('warn', 'node matched no patterns in neighbordb'),
    ...reasons.slice(0, REASONS_SHOWN).map((reason) => line('warn', reason)),
    ...untold(reasons.length - REASONS_SHOWN),
    ...reasons.slice(REASONS_SHOWN).map((reason) => line('debug', reason)),
  ],
  created: ({ nodeId, by }) => [
    line(
      'info',
      by === 'neighbordb'
        ? `new dynamically-provisioned node created: /nodes/${nodeId}`
        : `new node created with the startup-config it sent: /nodes/${nodeId}`,
    ),
  ],
  'topology-not-validated': () => [line('warn', 'topology validation is DISABLED')],
  'definition-sent': ({ actions }) => [
    line('info', `definition sent, actions: ${actions.join(', ') || 'none'}`),
  ],
  allocated: ({ call, value }) => [line('info', `${call} gave ${beginning(value)}`)],
  'given-back': ({ call, value }) => [
    line('info', `${call} took back ${beginning(value)}: the node was not told of it`),
  ],
  'not-given-back': ({ call, reason }) => [
    line('warn', `what ${call} gave stays with the node, it could not be given back: ${reason}`),
  ],
  refused: ({ code, reason, details }) => [
    line('error', refusal(code, reason)),
    ...details.map((detail) => line('error', detail)),
  ],
  'startup-config-saved': ({ nodeId, bytes, replaced }) => [
    line(
      'info',
      `Startup-config saved for ${nodeId} (${bytes} bytes, ${replaced ? 'replaced' : 'new'})`,
    ),
  ],
  'handler-finished': ({ status, output }) => {
    const level = status === 0 ? 'info' : 'error'
    return [
      line(level, `config-handler finished with ${exitOf(status)}`),
      ...linesOf(output).map((each) => line(level, `config-handler: ${each}`)),
    ]
  },
  progress: (event) => {
    const failed = event.status === 'failed'
    return [
      line(failed ? 'error' : 'info', progress(event)),
      // The end of the switch's own log is what explains a failure: not for --debug alone.
      ...(event.lines ?? []).map((each) =>
        line(failed ? 'info' : 'debug', `${event.stage}: ${each}`),
      ),
    ]
  },
}

/** Who reads on would take what is missing for what was not tried. */
function untold(count: number): EventLine[] {
  if (count <= 0) return []
  return [
    line('warn', `patterns that do not match either: ${count}; with --debug the log says why`),
  ]
}

/** What the log says of an event. */
export function eventLines(event: NodeEvent): readonly EventLine[] {
  return write(event.kind, event)
}

/** Ties the kind to its writer; TypeScript cannot see that the two belong together. */
function write<Kind extends NodeEvent['kind']>(kind: Kind, event: NodeEvent): EventLine[] {
  return WRITERS[kind](event as EventOf<Kind>)
}

function line(level: LogLevel, text: string): EventLine {
  return { level, text }
}

/** Words that a refusal of a kind always has. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['ZTP_MISSING_DEFINITION', 'failed to find definition'],
  ['ZTP_TOPOLOGY_MISMATCH', 'node failed pattern validation'],
  ['ZTP_POOL_EXHAUSTED', 'no resource free in'],
])

function refusal(code: string, reason: string): string {
  const words = WORDS.get(code)
  return words === undefined || reason.includes(words) ? reason : `${words} (${reason})`
}

/** A plugin may give a whole configuration. */
function beginning(value: string): string {
  if (value.length <= LONGEST_VALUE) return value
  return `${value.slice(0, LONGEST_VALUE)}… (${value.length} characters)`
}

function exitOf(status: number | string): string {
  return typeof status === 'number' ? `exit status ${status}` : status
}

function progress({ stage, status, action, percent, message }: EventOf<'progress'>): string {
  const about = [stage, action].filter((each) => each !== undefined).join(' ')
  const done = percent === undefined ? '' : `, ${percent} %`
  return `${about} ${status}${done}${message === undefined ? '' : `: ${message}`}`
}

function linesOf(output: string): readonly string[] {
  return output.split(/\r\n|\r|\n/).filter((each) => each.trim() !== '')
}
