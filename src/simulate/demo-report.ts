import { table } from '../kernel/table.ts'
import { addressesOf } from './allocations.ts'
import { type AllocationCheck, checkAllocations } from './duplicates.ts'
import type { Failure, Run } from './outcome.ts'
import { pythonText } from './python-text.ts'

/** What the server decided about a switch; the switch itself is never told. */
export type Decision = { readonly pattern: string; readonly definition: string }

/** A run beside what the server knows of it. */
export type Reviewed = {
  readonly run: Run
  readonly decision: Decision | undefined
  /** Why the server refused the switch, a line each; empty when it did not. */
  readonly explanation: readonly string[]
}

export type DemoReport = {
  readonly lines: readonly string[]
  /** Whether all went as it should: who was to be refused was, nobody else, nothing twice. */
  readonly sound: boolean
}

/** The switches that are not like the others, by name. */
export type Cast = {
  /** Must be refused. */
  readonly miscabled: string
  /** Ran the real bootstrap script; undefined when none did. */
  readonly scripted: string | undefined
}

/** What the demo prints at its end. */
export function demoReport(reviewed: readonly Reviewed[], cast: Cast): DemoReport {
  const { miscabled } = cast
  const runs = reviewed.map((each) => each.run)
  const check = checkAllocations(runs)
  const astray = runs.filter((each) => !isAsPlanned(each, miscabled))
  return {
    lines: [
      ...summaryTable(reviewed, cast),
      ...reviewed.flatMap(explanationLines),
      ...allocationLines(check),
      ...sampleLines(runs, cast),
      ...astray.map((each) => `${each.node.name}: not what was expected of it`),
    ],
    sound: astray.length === 0 && check.duplicates.length === 0 && check.allocations > 0,
  }
}

/** The miscabled switch is refused when it says who it is; every other is provisioned. */
function isAsPlanned(run: Run, miscabled: string): boolean {
  if (run.node.name !== miscabled) return run.kind === 'provisioned'
  return run.kind === 'failed' && run.failure.stage === 'details' && run.failure.status === 400
}

const HEADING = [
  'switch',
  'pattern matched',
  'definition',
  'host name',
  'address allocated',
  'requests',
  'ms',
]

function summaryTable(reviewed: readonly Reviewed[], cast: Cast): readonly string[] {
  const rows = reviewed.map((each) => summaryRow(each, cast))
  return ['', ...table(HEADING, rows)]
}

function summaryRow({ run, decision }: Reviewed, cast: Cast): readonly string[] {
  return [
    billed(run, cast),
    decision?.pattern ?? 'none',
    decision?.definition ?? '-',
    ...given(run),
    String(run.exchanges.length),
    run.milliseconds.toFixed(0),
  ]
}

/** A switch by its name, and that it is played by the real script, where it is. */
function billed({ node }: Run, { scripted }: Cast): string {
  return node.name === scripted ? `${node.name} (real script)` : node.name
}

/** Host name and addresses, or in their place that there are none. */
function given(run: Run): readonly [string, string] {
  if (run.kind === 'failed') return ['-', outcomeWord(run.failure)]
  const hostname = run.got.attributes.get('hostname')
  return [
    hostname === undefined ? '-' : pythonText(hostname),
    addressesOf(run.got.allocations).join(' ') || '-',
  ]
}

function outcomeWord({ stage, status }: Failure): string {
  if (stage === 'details' && status === 400) return 'refused (400)'
  return `failed (${stage})`
}

function explanationLines({ run, explanation }: Reviewed): readonly string[] {
  if (run.kind === 'provisioned') return []
  const { reason, url, body } = run.failure
  return [
    '',
    `${run.node.name} was not provisioned: ${reason}`,
    ...(url === undefined ? [] : [`  request: ${url}`]),
    ...(body === undefined || body === '' ? [] : [`  the server said: ${body.trim()}`]),
    ...explanation.map((line) => `  ${line}`),
  ]
}

function allocationLines({ allocations, pools, duplicates }: AllocationCheck): readonly string[] {
  const found = duplicates.map(
    ({ pool, value, holders }) => `  ${value} of ${pool} went to ${holders.join(' and ')}`,
  )
  const verdict = found.length === 0 ? 'nothing was allocated twice' : 'ALLOCATED TWICE:'
  return ['', `${allocations} allocations from ${pools} pools: ${verdict}`, ...found]
}

/** The result for one switch: what the real script left on flash, or who got the most. */
function sampleLines(runs: readonly Run[], cast: Cast): readonly string[] {
  const [best] = runs
    .flatMap((each) => (each.kind === 'provisioned' ? [each] : []))
    .sort((a, b) => worth(b, cast) - worth(a, cast))
  if (best === undefined) return []
  const text = best.got.startupConfig.replace(/\n$/, '')
  return [
    '',
    `startup-config of ${billed(best, cast)}:`,
    '',
    ...text.split('\n').map((l) => `  ${l}`),
    '',
  ]
}

function worth({ node, got }: Extract<Run, { kind: 'provisioned' }>, { scripted }: Cast): number {
  return node.name === scripted ? Number.POSITIVE_INFINITY : got.allocations.length
}
