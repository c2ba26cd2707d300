import { posix } from 'node:path'
import type { Settings } from './options.ts'
import type { Environment } from './read-option.ts'

/** Where the configuration is looked for when nobody says where it is. */
export const DEFAULT_CONFIGURATION_FILE = '/etc/ztpserver/ztpserver.conf'

/** The environment variable that names the configuration file. */
export const CONFIGURATION_VARIABLE = 'ZTPS_CONFIG'

/**
 * The configuration file to read: the environment wins over the flag (server.md, "Command line").
 *
 * @param flag what `--conf` says
 */
export function configurationFile(flag: string | undefined, environment: Environment): string {
  return environment[CONFIGURATION_VARIABLE] || flag || DEFAULT_CONFIGURATION_FILE
}

/** The server's own folder: `[state] path`, below the data directory when relative. */
export function stateFolder(settings: Pick<Settings, 'dataRoot' | 'statePath'>): string {
  return below(settings.dataRoot, settings.statePath)
}

/** The file of the SQLite pools: `[sqlite] path`, below the data directory when relative. */
export function sqliteFile(settings: Pick<Settings, 'dataRoot' | 'sqlitePath'>): string {
  return below(settings.dataRoot, settings.sqlitePath)
}

function below(folder: string, path: string): string {
  return posix.isAbsolute(path) ? path : posix.join(folder, path)
}
