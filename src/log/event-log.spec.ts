import { describe, expect, it } from 'vitest'
import type { Logger, LogLevel } from '../kernel/logger.ts'
import type { NodeEvent } from '../provision/events.ts'
import { createEventLog } from './event-log.ts'

/** A logger that keeps its lines as `level: message`. */
function recordingLogger(): Logger & { readonly lines: readonly string[] } {
  const lines: string[] = []
  const at = (level: LogLevel) => (message: string) => {
    lines.push(`${level} ${message}`)
  }
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
  }
}

type WithoutNode<Event> = Event extends unknown ? Omit<Event, 'nodeId'> : never

const REASONS = Array.from({ length: 27 }, (_, at) => `reason ${at + 1}`)

const CASES: readonly (readonly [WithoutNode<NodeEvent>, readonly string[]])[] = [
  [{ kind: 'beginning' }, ['info ABC1: node beginning provisioning']],
  [{ kind: 'known' }, ['info ABC1: this node already exists on the server']],
  [
    { kind: 'not-configured' },
    ['error ABC1: node found on server, but no definition or startup-config configured'],
  ],
  [
    { kind: 'matched', pattern: 'leaf 1', definition: 'leaf' },
    ["info ABC1: node matched 'leaf 1' pattern in neighbordb (definition: leaf)"],
  ],
  [
    { kind: 'unmatched', reasons: ['leaf: Ethernet49: expected device spine1, saw spine2'] },
    [
      'warn ABC1: node matched no patterns in neighbordb',
      'warn ABC1: leaf: Ethernet49: expected device spine1, saw spine2',
    ],
  ],
  [
    { kind: 'unmatched', reasons: REASONS },
    [
      'warn ABC1: node matched no patterns in neighbordb',
      ...REASONS.slice(0, 25).map((each) => `warn ABC1: ${each}`),
      'warn ABC1: patterns that do not match either: 2; with --debug the log says why',
      'debug ABC1: reason 26',
      'debug ABC1: reason 27',
    ],
  ],
  [
    { kind: 'created', by: 'neighbordb' },
    ['info ABC1: new dynamically-provisioned node created: /nodes/ABC1'],
  ],
  [
    { kind: 'created', by: 'startup-config' },
    ['info ABC1: new node created with the startup-config it sent: /nodes/ABC1'],
  ],
  [{ kind: 'topology-not-validated' }, ['warn ABC1: topology validation is DISABLED']],
  [
    { kind: 'definition-sent', actions: ['add_config', 'install_image'] },
    ['info ABC1: definition sent, actions: add_config, install_image'],
  ],
  [{ kind: 'definition-sent', actions: [] }, ['info ABC1: definition sent, actions: none']],
  [
    { kind: 'allocated', call: "allocate('mgmt')", value: '"10.0.0.1/24"' },
    ['info ABC1: allocate(\'mgmt\') gave "10.0.0.1/24"'],
  ],
  [
    { kind: 'given-back', call: "allocate('mgmt')", value: '"10.0.0.1/24"' },
    ['info ABC1: allocate(\'mgmt\') took back "10.0.0.1/24": the node was not told of it'],
  ],
  [
    { kind: 'not-given-back', call: "allocate('mgmt')", reason: 'disk full' },
    [
      "warn ABC1: what allocate('mgmt') gave stays with the node, it could not be given back: disk full",
    ],
  ],
  [
    {
      kind: 'refused',
      code: 'ZTP_MISSING_DEFINITION',
      reason: 'failed to find definition (leaf)',
      details: [],
    },
    ['error ABC1: failed to find definition (leaf)'],
  ],
  [
    { kind: 'refused', code: 'ZTP_MISSING_DEFINITION', reason: 'leaf', details: [] },
    ['error ABC1: failed to find definition (leaf)'],
  ],
  [
    {
      kind: 'refused',
      code: 'ZTP_TOPOLOGY_MISMATCH',
      reason: 'Ethernet1: expected device a, saw b',
      details: ['pattern:3:1: x'],
    },
    [
      'error ABC1: node failed pattern validation (Ethernet1: expected device a, saw b)',
      'error ABC1: pattern:3:1: x',
    ],
  ],
  [
    {
      kind: 'refused',
      code: 'ZTP_POOL_EXHAUSTED',
      reason: "no resource free in 'mgmt'",
      details: [],
    },
    ["error ABC1: no resource free in 'mgmt'"],
  ],
  [
    { kind: 'refused', code: 'ZTP_UNKNOWN_PLUGIN', reason: 'no plugin is called x', details: [] },
    ['error ABC1: no plugin is called x'],
  ],
  [
    { kind: 'allocated', call: "ipam('p')", value: `"${'x'.repeat(998)}"` },
    [`info ABC1: ipam('p') gave "${'x'.repeat(499)}… (1000 characters)`],
  ],
  [
    { kind: 'startup-config-saved', bytes: 1234, replaced: false },
    ['info ABC1: Startup-config saved for ABC1 (1234 bytes, new)'],
  ],
  [
    { kind: 'startup-config-saved', bytes: 1, replaced: true },
    ['info ABC1: Startup-config saved for ABC1 (1 bytes, replaced)'],
  ],
  [
    { kind: 'handler-finished', status: 0, output: 'one\n\ntwo\n' },
    [
      'info ABC1: config-handler finished with exit status 0',
      'info ABC1: config-handler: one',
      'info ABC1: config-handler: two',
    ],
  ],
  [
    { kind: 'handler-finished', status: 'SIGKILL', output: '' },
    ['error ABC1: config-handler finished with SIGKILL'],
  ],
  [
    { kind: 'progress', stage: 'action', status: 'started', action: 'add_config', percent: 25 },
    ['info ABC1: action add_config started, 25 %'],
  ],
  [
    {
      kind: 'progress',
      stage: 'bootstrap',
      status: 'failed',
      message: 'no space',
      lines: ['trace'],
    },
    ['error ABC1: bootstrap failed: no space', 'info ABC1: bootstrap: trace'],
  ],
  [
    { kind: 'progress', stage: 'action', status: 'succeeded', lines: ['trace'] },
    ['info ABC1: action succeeded', 'debug ABC1: action: trace'],
  ],
]

describe('createEventLog', () => {
  it.each(CASES)('writes %j', (event, lines) => {
    const logger = recordingLogger()
    // The id is no secret to the table: every event of a node gets the same.
    createEventLog(logger).emit({ nodeId: 'ABC1', ...event } as NodeEvent)
    expect(logger.lines).toEqual(lines)
  })

  it('writes a bad report, which no node can be blamed for, without a node id', () => {
    const logger = recordingLogger()
    createEventLog(logger).emit({ kind: 'bad-report', reason: 'not JSON' })
    expect(logger.lines).toEqual(['error bad request of a node: not JSON'])
  })
})
