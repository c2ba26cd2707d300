import { ZtpError } from '../../kernel/errors.ts'
import { type Adding, addEntries } from '../../provision/pools/add-entries.ts'
import { poolLabel } from '../../provision/pools/pool-name.ts'
import { type CliCall, type CliCommand, DRY_RUN_OPTION, JSON_OPTION, jsonText } from '../command.ts'
import { count } from '../report-text.ts'
import { firstLines, fromTo } from './entry-list.ts'
import { onPools, POOL_ARGUMENT, poolOf } from './on-pools.ts'

/** `ztps pools add POOL RANGE…`: free entries, and the pool itself where it is missing. */
async function add(call: CliCall): Promise<number> {
  const { options, io } = call
  const dryRun = options.has('dryRun')
  const ranges = await rangesOf(call)
  return onPools(call, async ({ admins }) => {
    const pool = poolOf(call)
    const adding = await addEntries(admins, pool, ranges, {
      asRange: options.has('asRange'),
      force: options.has('force'),
      dryRun,
    })
    if (options.has('json')) io.stdout.write(jsonText(jsonOf(poolLabel(pool), dryRun, adding)))
    else writeText(call, poolLabel(pool), adding)
    return adding.clashes.length + adding.odd.length === 0 ? 0 : 1
  })
}

/** What was typed; `-` is replaced by the lines of standard input, but for comments. */
async function rangesOf({ words, deps }: CliCall): Promise<readonly string[]> {
  const ranges: string[] = []
  for (const word of words.slice(1)) {
    if (word !== '-') ranges.push(word)
    else ranges.push(...linesOf(await deps.readText('-')))
  }
  if (ranges.length > 0) return ranges
  throw new ZtpError('ZTP_INVALID_POOL', 'standard input has no entry: it takes one on each line')
}

function linesOf(text: string): readonly string[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)
  return lines.map((each) => each.replace(/(?:^|\s)#.*/, '').trim()).filter((each) => each !== '')
}

function writeText(call: CliCall, pool: string, adding: Adding): void {
  const { io, options } = call
  const { added, present, created } = adding
  const say = (line: string) => io.stdout.write(`${line}\n`)
  const [make, write] = options.has('dryRun') ? ['would make', 'would add'] : ['made', 'added']
  if (created) say(`${make} the pool ${pool}`)
  if (added.length > 0) say(`${write} ${count(added.length, 'entry')} to ${pool}: ${fromTo(added)}`)
  for (const line of presentLines(present)) say(line)
  writeProblems(call, pool, adding)
}

function writeProblems({ io }: CliCall, pool: string, { clashes, odd }: Adding): void {
  const errors = [
    ...clashes.map(({ key, other }) => `ERROR: ${key} means the same address as ${other}`),
    ...odd.map(({ key, kind, other }) => `ERROR: ${key} is ${kind}; ${other.key} is ${other.kind}`),
  ]
  for (const line of firstLines(errors)) io.stderr.write(`${line}\n`)
  if (clashes.length > 0) {
    io.stderr.write(
      `Nothing was added: two nodes would get one address. Write it as ${pool} has it.\n`,
    )
  } else if (odd.length > 0) {
    io.stderr.write(
      `Nothing was added: ${pool} would have entries of two kinds; --force adds them.\n`,
    )
  }
}

/** What is free in one line, what is held with its holder. */
function presentLines(present: Adding['present']): readonly string[] {
  const free = present.filter((each) => each.holder === null).map((each) => each.entry)
  const held = present.filter((each) => each.holder !== null)
  const lines = held.map(({ entry, holder }) => `${entry} is there already, held by ${holder}`)
  if (free.length === 0) return firstLines(lines)
  const what = `${count(free.length, 'free entry')} there already: ${fromTo(free)}`
  return [what, ...firstLines(lines)]
}

function jsonOf(pool: string, dryRun: boolean, adding: Adding) {
  const { created, added, present, clashes, odd } = adding
  return {
    pool,
    dry_run: dryRun,
    created,
    added,
    present,
    clashes: clashes.map(({ key, other }) => ({ entry: key, other })),
    odd: odd.map(({ key, kind }) => ({ entry: key, kind })),
  }
}

export const addCommand: CliCommand = {
  name: 'add',
  summary: 'add free entries to a pool, or make a pool',
  about: [
    'Entries go to the end of the pool, and are given out in that order. A range is written out, an entry a line: `192.168.1.10-192.168.1.250/24`, `2001:db8::10-2001:db8::ff/64`, `leaf[01-64]`. What is there already, free or held, is left alone.',
    'An entry that means an address which the pool has in another spelling, or with another prefix length, is refused: two nodes would get one address. So is an entry of a kind that the pool does not have, an address without its prefix length for one; --force adds it. When one entry is refused, nothing is added.',
  ],
  arguments: [
    POOL_ARGUMENT,
    { name: '<RANGE...>', help: 'entries and ranges; - for one on each line of standard input' },
  ],
  options: [
    {
      flags: '--as-range',
      help: 'write ranges into the file as they are: they are written out as they are given out',
    },
    { flags: '--force', help: 'add entries of another kind than the rest, too' },
    DRY_RUN_OPTION,
    JSON_OPTION,
  ],
  examples: [
    {
      line: 'ztps pools add mgmt_subnet 10.10.0.50-10.10.0.99/24',
      does: 'room for fifty switches more',
    },
    { line: "ztps pools add leaf_hostnames 'pod2-leaf[01-64]'", does: 'names for a new pod' },
    { line: 'ztps pools add sqlite:asns - < asns.txt', does: 'make a table of a list' },
  ],
  run: add,
}
