import { describe, expect, it } from 'vitest'
import { demoReport } from './demo-report.ts'
import type { Run } from './outcome.ts'
import { provisioned, refusedRun } from './testing/nodes.ts'

const ONE = provisioned('one', {
  attributes: new Map([['hostname', 'leaf1']]),
  allocations: [
    { pool: 'allocate(nets)', value: '10.0.0.1/24' },
    { pool: 'allocate(names)', value: 'leaf1' },
  ],
  startupConfig: 'hostname leaf1\n',
})
const TWO = provisioned('two', { allocations: [{ pool: 'allocate(nets)', value: '10.0.0.2/24' }] })
const DECISION = { pattern: 'a leaf', definition: 'pod1/leaf' }

function report(runs: readonly Run[], scripted?: string) {
  const reviewed = runs.map((run) =>
    run.kind === 'provisioned'
      ? { run, decision: DECISION, explanation: [] }
      : { run, decision: undefined, explanation: ['a leaf: Ethernet50: saw pod2-spine1'] },
  )
  return demoReport(reviewed, { miscabled: 'wrong', scripted })
}

describe('demoReport', () => {
  it('is a table, the explanation, the check and one configuration', () => {
    const { lines, sound } = report([ONE, TWO, refusedRun('wrong')])
    expect(sound).toBe(true)
    expect(lines.join('\n')).toBe(`
switch  pattern matched  definition  host name  address allocated  requests  ms
──────  ───────────────  ──────────  ─────────  ─────────────────  ────────  ──
one     a leaf           pod1/leaf   leaf1      10.0.0.1/24               0  12
two     a leaf           pod1/leaf   -          10.0.0.2/24               0  12
wrong   none             -           -          refused (400)             0   3

wrong was not provisioned: node not found on server (status=400)
  request: http://h/nodes
  the server said: no pattern
  a leaf: Ethernet50: saw pod2-spine1

3 allocations from 2 pools: nothing was allocated twice

startup-config of one:

  hostname leaf1
`)
  })

  it('marks the switch that ran the real script, and shows what it left on flash', () => {
    const lines = report([ONE, TWO, refusedRun('wrong')], 'two').lines.join('\n')
    expect(lines).toMatch(/^two \(real script\) {2}a leaf/m)
    expect(lines).toContain('startup-config of two (real script):')
  })

  const unsound: readonly (readonly [string, readonly Run[], string])[] = [
    ['a value given twice', [ONE, { ...ONE, node: TWO.node }, refusedRun('wrong')], 'leaf1 of'],
    ['a refusal too many', [ONE, refusedRun('two'), refusedRun('wrong')], 'two: not what'],
    ['a refusal too few', [ONE, provisioned('wrong')], 'wrong: not what'],
    ['another failure than the one planned', [ONE, refusedRun('wrong', 500)], 'wrong: not what'],
    ['no allocation at all', [provisioned('one'), refusedRun('wrong')], '0 allocations'],
  ]
  it.each(unsound)('is not sound with %s', (_name, runs, line) => {
    const { lines, sound } = report(runs)
    expect(sound).toBe(false)
    expect(lines.join('\n')).toContain(line)
  })
})
