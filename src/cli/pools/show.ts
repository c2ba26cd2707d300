import type { Settings } from '../../config/options.ts'
import { ZtpError } from '../../kernel/errors.ts'
import { tableLines } from '../../kernel/table.ts'
import { exportedEntry } from '../../provision/pools/export-pool.ts'
import { contentsOf, poolLabel } from '../../provision/pools/pool-name.ts'
import { type Selection, selectEntries } from '../../provision/pools/select-entries.ts'
import { percentUsed, usageOf } from '../../provision/pools/usage.ts'
import type { PoolContents, PoolEntryStatus } from '../../resource/pool-admin.ts'
import { type CliCall, type CliCommand, JSON_OPTION } from '../command.ts'
import { count } from '../report-text.ts'
import { age, localTime } from '../when.ts'
import { writeLines, writeTexts } from '../write-texts.ts'
import { nodeOf, onPools, POOL_ARGUMENT, poolOf } from './on-pools.ts'

/** `ztps pools show POOL`: the entries of a pool, who has them and since when. */
async function show(call: CliCall): Promise<number> {
  const { options, io, deps } = call
  return onPools(call, async ({ admins, settings }) => {
    const selection = selectionOf(call, settings)
    const contents = await contentsOf(admins, poolOf(call))
    for (const each of contents.warnings) io.stderr.write(`WARNING: ${each}\n`)
    const entries = selectEntries(contents.entries, selection)
    if (options.has('json')) await writeTexts(io.stdout, jsonTexts(contents, entries))
    else await writeLines(io.stdout, textLines(contents, entries, deps.clock.now()))
    return 0
  })
}

function selectionOf(call: CliCall, settings: Settings): Selection {
  const { options } = call
  const node = nodeOf(call, settings)
  const given = ['free', 'held', 'node'].filter((each) => options.has(each))
  if (given.length > 1) {
    const flags = given.map((each) => `--${each}`).join(' and ')
    throw new ZtpError('ZTP_USAGE', `${flags} do not go together: choose one`)
  }
  if (node !== undefined) return { kind: 'node', node }
  if (options.has('free')) return { kind: 'free' }
  return { kind: options.has('held') ? 'held' : 'all' }
}

function* textLines(
  contents: PoolContents,
  entries: readonly PoolEntryStatus[],
  now: number,
): Generator<string> {
  const { free, reserved, inUse, held, ...usage } = usageOf(contents.entries)
  const all = count(usage.entries, 'entry')
  const parts = `${free} free, ${reserved} reserved, ${inUse} in use, ${held} held`
  const used = percentUsed({ free, reserved, inUse, held, ...usage })
  yield `${poolLabel(contents)}: ${all}, ${parts} (${used} % used)`
  if (entries.length === 0) return
  yield ''
  yield* tableLines(['entry', 'state', 'holder', 'since'], rowsOf(entries, now))
}

/** Made anew each time somebody goes through them: a million rows are never all there. */
function rowsOf(entries: readonly PoolEntryStatus[], now: number): Iterable<readonly string[]> {
  return {
    *[Symbol.iterator]() {
      for (const { key, size, state, holder, since } of entries) {
        yield [
          key,
          size === 1 ? state : `${size} ${state}`,
          holder ?? '',
          since === undefined ? '' : `${localTime(since)} (${age(since, now)})`,
        ]
      }
    },
  }
}

function* jsonTexts(
  contents: PoolContents,
  entries: readonly PoolEntryStatus[],
): Generator<string> {
  const { entries: total, free, reserved, inUse, held } = usageOf(contents.entries)
  const numbers = { total, free, reserved, in_use: inUse, held }
  const head = { pool: poolLabel(contents), kind: contents.kind, ...numbers }
  yield `${JSON.stringify(head).slice(0, -1)}, "warnings": ${JSON.stringify(contents.warnings)}, "entries": [`
  let separator = '\n'
  for (const entry of entries) {
    yield `${separator}${JSON.stringify({ ...exportedEntry(entry), size: entry.size })}`
    separator = ',\n'
  }
  yield '\n]}\n'
}

export const showCommand: CliCommand = {
  name: 'show',
  summary: 'show the entries of a pool, who has them and since when',
  about: [
    'The entries stand in the order in which they are given out; those of a PostgreSQL table, which has no lasting order, by name. A range of a pool file that nobody was given anything of is one line, with the number of its entries.',
    'The times are local, with their distance from UTC; in JSON they are UTC.',
  ],
  arguments: [POOL_ARGUMENT],
  options: [
    { flags: '--free', help: 'only what is free' },
    { flags: '--held', help: 'only what somebody has' },
    { flags: '--node <ID>', help: 'only what this node has' },
    JSON_OPTION,
  ],
  examples: [
    { line: 'ztps pools show mgmt_subnet --held', does: 'who has which address?' },
    {
      line: 'ztps pools show sqlite:loopbacks --node JPE21430006',
      does: 'what does this one have?',
    },
  ],
  run: show,
}
