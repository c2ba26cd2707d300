import { type Importing, importEntries } from '../../provision/pools/import-entries.ts'
import { POOL_FORMATS } from '../../provision/pools/pool-format.ts'
import { poolLabel } from '../../provision/pools/pool-name.ts'
import { readEntries } from '../../provision/pools/read-entries.ts'
import type { NewEntry } from '../../resource/pool-admin.ts'
import { type CliCall, type CliCommand, DRY_RUN_OPTION, JSON_OPTION, jsonText } from '../command.ts'
import { count, diagnosticLines } from '../report-text.ts'
import { firstLines, fromTo } from './entry-list.ts'
import { onPools, POOL_ARGUMENT, poolOf } from './on-pools.ts'

/** `ztps pools import POOL FILE`: entries with their holders, from an export or another server. */
async function importPool(call: CliCall): Promise<number> {
  const { options, io } = call
  const dryRun = options.has('dryRun')
  const entries = await entriesOf(call)
  if (entries === undefined) return 1
  return onPools(call, async ({ admins }) => {
    const pool = poolOf(call)
    const importing = await importEntries(admins, pool, entries, { dryRun })
    const label = poolLabel(pool)
    if (options.has('json')) {
      io.stdout.write(jsonText({ pool: label, dry_run: dryRun, ...importing }))
    } else writeText(call, label, importing)
    return importing.conflicts.length === 0 ? 0 : 1
  })
}

/** What is wrong with the file goes to standard error. */
async function entriesOf({
  words,
  options,
  io,
  deps,
}: CliCall): Promise<readonly NewEntry[] | undefined> {
  const [, path = '-'] = words
  const format = POOL_FORMATS.find((each) => each === options.text('format'))
  const file = path === '-' ? 'standard input' : path
  const { value, diagnostics } = readEntries(await deps.readText(path), file, format)
  for (const line of firstLines(diagnostics.flatMap(diagnosticLines), 60)) {
    io.stderr.write(`${line}\n`)
  }
  if (value === undefined) io.stderr.write('Nothing was imported: mend the file first.\n')
  return value
}

function writeText({ io, options }: CliCall, pool: string, importing: Importing): void {
  const { added, given, present, kept, conflicts, created } = importing
  const say = (line: string) => io.stdout.write(`${line}\n`)
  const would = options.has('dryRun') ? 'would ' : ''
  const verb = (base: string, past: string) => (would === '' ? past : would + base)
  if (created) say(`${verb('make', 'made')} the pool ${pool}`)
  if (added.length > 0) {
    say(`${verb('add', 'added')} ${count(added.length, 'entry')} to ${pool}: ${fromTo(added)}`)
  }
  const gifts = given.map(({ entry, holder }) => `${verb('give', 'gave')} ${entry} to ${holder}`)
  for (const line of firstLines(gifts)) say(line)
  const stay = kept.map(({ entry, holder }) => `${entry} stays with ${holder}, who holds it here`)
  for (const line of firstLines(stay)) say(line)
  if (present.length > 0) say(`${count(present.length, 'entry')} of ${pool} unchanged`)
  const errors = conflicts.map(({ entry, reason }) => `ERROR: ${entry} ${reason}`)
  for (const line of firstLines(errors)) io.stderr.write(`${line}\n`)
  if (conflicts.length > 0) io.stderr.write('Nothing was imported.\n')
}

export const importCommand: CliCommand = {
  name: 'import',
  summary: 'bring entries with their holders into a pool',
  about: [
    'Takes what `ztps pools export` writes: CSV with the columns key, holder, state, since (only key is needed; node_id is holder too), JSON, or a pool file (YAML). The pool is made if it is not there.',
    'Nothing is taken from anybody. An entry that is free here gets the holder it has in the file. Is it held by another, or would a node get a second entry, then nothing at all is done, and every conflict is named. The same again changes nothing.',
  ],
  arguments: [
    POOL_ARGUMENT,
    { name: '<FILE>', help: 'CSV, JSON or a pool file; - for standard input' },
  ],
  options: [
    {
      flags: '--format <FORMAT>',
      help: 'what FILE is; without it, its content tells',
      choices: POOL_FORMATS,
    },
    DRY_RUN_OPTION,
    JSON_OPTION,
  ],
  examples: [
    { line: 'ztps pools import mgmt_subnet mgmt.csv --dry-run', does: 'what would it change?' },
    {
      line: 'ztps pools import postgres:mgmt resources/mgmt_subnet',
      does: 'move a pool file into a database',
    },
  ],
  run: importPool,
}
