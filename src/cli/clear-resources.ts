import { hasErrors } from '../kernel/diagnostic.ts'
import { validatePools } from '../provision/validate/check-pools.ts'
import { diagnosticsOf } from '../provision/validate/report.ts'
import type { CliCall } from './command.ts'
import { count, renderReport } from './report-text.ts'
import { dataRootOf, settingsOf } from './settings.ts'

/**
 * `ztps --clear-resources`: validates the pool files, then frees every entry of every one. When a
 * pool file is broken nothing is freed: half a clearing would be worse than none.
 */
export async function clearResources({ flags, io, deps }: CliCall): Promise<number> {
  const settings = await settingsOf(flags, io, deps)
  if (settings === undefined) return 1
  const report = await validatePools(await dataRootOf(settings, deps))
  io.stdout.write(renderReport(report))
  if (hasErrors(diagnosticsOf(report))) {
    io.stderr.write('ERROR: nothing was freed: mend the pool files first\n')
    return 1
  }
  const { pools, entries } = await deps.clearResources(settings)
  io.stdout.write(`Freed ${count(entries, 'entry')} of ${count(pools, 'pool')}\n`)
  return 0
}
