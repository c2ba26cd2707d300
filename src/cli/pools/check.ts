import { hasErrors } from '../../kernel/diagnostic.ts'
import { checkEveryPool, checkThesePools } from '../../provision/pools/check-pools.ts'
import { parsePoolName } from '../../provision/pools/pool-name.ts'
import { parseSoon } from '../../provision/pools/usage.ts'
import { diagnosticsOf } from '../../provision/validate/report.ts'
import { createSite } from '../../provision/validate/site.ts'
import { type CliCall, type CliCommand, JSON_OPTION } from '../command.ts'
import { count, renderReport } from '../report-text.ts'
import { dataRootOf } from '../settings.ts'
import { renderJson } from '../validate.ts'
import { SOON_OPTION } from './list.ts'
import { onPools } from './on-pools.ts'

/** `ztps pools check`: all that can be wrong with pools. */
async function check(call: CliCall): Promise<number> {
  const { words, options, io, deps } = call
  const soon = parseSoon(options.text('soon'))
  return onPools(call, async ({ admins, settings }) => {
    const site = createSite(await dataRootOf(settings, deps), settings)
    const world = { site, admins, soon }
    const { report, pools } = await (words.length === 0
      ? checkEveryPool(world)
      : checkThesePools(words.map(parsePoolName), world))
    const style = { most: 10, all: '--json', of: count(pools, 'pool') }
    io.stdout.write(options.has('json') ? renderJson(report) : renderReport(report, style))
    return hasErrors(diagnosticsOf(report)) ? 1 : 0
  })
}

export const checkCommand: CliCommand = {
  name: 'check',
  summary: 'find all that is wrong with pools',
  about: [
    'Looks at every pool, in files and in databases: entries that are there twice or mean the same address, ranges that overlap, addresses that no switch can have, entries of several kinds in one pool; nodes that hold more than one entry without a label, holders that are no nodes of this server; what is exhausted, or soon will be; pools that nothing takes from, and pools that a definition takes from and that are not there. `ztps validate` says the same of pool files.',
    'With POOL, only those are looked at, without what they have in common with others.',
    'Exit status 1 when there is an error, or a database does not answer; warnings alone leave it 0.',
  ],
  arguments: [
    {
      name: '[POOL...]',
      help: 'files of resources/, or tables: sqlite:TABLE, postgres:TABLE, mysql:TABLE',
    },
  ],
  options: [SOON_OPTION, JSON_OPTION],
  examples: [
    { line: 'ztps pools check', does: 'before a maintenance window' },
    { line: 'ztps pools check --soon 40 --json', does: 'every night, for 40 new switches a day' },
  ],
  run: check,
}
