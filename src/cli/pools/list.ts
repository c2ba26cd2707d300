import { table } from '../../kernel/table.ts'
import {
  listPools,
  type PoolFailure,
  type PoolLine,
  type PoolList,
} from '../../provision/pools/list-pools.ts'
import { poolLabel } from '../../provision/pools/pool-name.ts'
import { parseSoon, percentUsed, type SoonRule } from '../../provision/pools/usage.ts'
import { type CliCall, type CliCommand, type CliOption, JSON_OPTION, jsonText } from '../command.ts'
import type { Io } from '../io.ts'
import { onPools } from './on-pools.ts'

/** `ztps pools list`: how much of every pool is given out. */
async function list(call: CliCall): Promise<number> {
  const { options, io } = call
  const soon = parseSoon(options.text('soon'))
  return onPools(call, async ({ admins }) => {
    const found = await listPools(admins, soon)
    if (options.has('json')) io.stdout.write(jsonText(jsonOf(found)))
    else io.stdout.write(textOf(found, soon))
    writeFailures(found.failures, io)
    return found.failures.length === 0 ? 0 : 1
  })
}

/** What could not be read, on standard error. */
export function writeFailures(failures: readonly PoolFailure[], io: Io): void {
  for (const { pool, reason } of failures) io.stderr.write(`ERROR: ${pool}: ${reason}\n`)
}

const HEADING = ['pool', 'entries', 'free', 'reserved', 'in use', 'held', '% used', '']

function textOf({ pools, failures }: PoolList, soon: SoonRule): string {
  if (pools.length === 0) return failures.length === 0 ? 'There are no pools.\n' : ''
  const lines = table(HEADING, pools.map(rowOf)).map((each) => each.trimEnd())
  const isShort = pools.some((each) => each.shortage === 'soon')
  const legend = isShort ? ['', `soon exhausted: ${soon.means}`] : []
  return [...lines, ...legend, ''].join('\n')
}

function rowOf(line: PoolLine): readonly string[] {
  const { entries, free, reserved, inUse, held } = line.usage
  const numbers = [entries, free, reserved, inUse, held, percentUsed(line.usage)]
  return [poolLabel(line), ...numbers.map(String), NOTES[line.shortage ?? 'none']]
}

const NOTES = { none: '', empty: 'EMPTY', exhausted: 'EXHAUSTED', soon: 'soon exhausted' } as const

function jsonOf({ pools, failures }: PoolList) {
  return {
    pools: pools.map((line) => ({
      pool: poolLabel(line),
      kind: line.kind,
      entries: line.usage.entries,
      free: line.usage.free,
      reserved: line.usage.reserved,
      in_use: line.usage.inUse,
      held: line.usage.held,
      used_percent: percentUsed(line.usage),
      shortage: line.shortage ?? null,
    })),
    failures,
  }
}

/** Of commands that tell of a shortage. */
export const SOON_OPTION: CliOption = {
  flags: '--soon <N>',
  help: 'warn of pools with fewer than N entries free, or less than N% of them; without it, fewer than 5 or less than 10 %, once half of the pool is given out',
}

export const listCommand: CliCommand = {
  name: 'list',
  summary: 'show how much of every pool is given out',
  about: [
    'One line for each pool, files first, then databases. `reserved`: given to a node that has not reported success yet; `in use`: given to a node that has; `held`: somebody else wrote a holder there, and nobody knows since when.',
    'A pool or a database that cannot be read is named on standard error, the others are shown all the same, and the exit status is 1.',
  ],
  arguments: [],
  options: [SOON_OPTION, JSON_OPTION],
  examples: [
    { line: 'ztps pools list', does: 'is there room for the next rack?' },
    { line: 'ztps pools list --soon 40', does: 'which pool has no room for 40 switches more?' },
  ],
  run: list,
}
