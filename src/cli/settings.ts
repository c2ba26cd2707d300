import type { Settings } from '../config/options.ts'
import { type Diagnostic, formatDiagnostic } from '../kernel/diagnostic.ts'
import { ZtpError } from '../kernel/errors.ts'
import type { DataFiles } from '../provision/validate/data-files.ts'
import type { CliDeps, GlobalFlags } from './deps.ts'
import type { Io } from './io.ts'

/**
 * The settings; what is wrong with them goes to standard error.
 *
 * @returns undefined when they cannot be used
 */
export async function settingsOf(
  flags: GlobalFlags,
  io: Io,
  deps: CliDeps,
): Promise<Settings | undefined> {
  const { settings, diagnostics } = await deps.loadSettings(flags)
  for (const each of diagnostics)
    io.stderr.write(`${severityWord(each)}: ${formatDiagnostic(each)}\n`)
  return settings
}

/** How a line of output begins that tells of a diagnostic. */
export function severityWord({ severity }: Diagnostic): string {
  return severity === 'error' ? 'ERROR' : 'WARNING'
}

/**
 * The files of the configured data directory.
 *
 * @throws ZtpError ZTP_BAD_DATA_ROOT when there is no such folder
 */
export async function dataRootOf({ dataRoot }: Settings, deps: CliDeps): Promise<DataFiles> {
  if ((await deps.kindOf(dataRoot)) === 'folder') return deps.dataFiles(dataRoot)
  throw new ZtpError(
    'ZTP_BAD_DATA_ROOT',
    `there is no folder ${dataRoot}, the data_root of the configuration; 'ztps init DIR' makes one`,
  )
}
