import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { CliDeps, GlobalFlags, Upgrade } from './cli/deps.ts'
import type { Settings } from './config/options.ts'
import { configurationFile, sqliteFile, stateFolder } from './config/paths.ts'
import { readSettings, type SettingsReading } from './config/settings.ts'
import { ZtpError } from './kernel/errors.ts'
import { silentLogger } from './kernel/logger.ts'
import { askDhcp } from './network/ask-dhcp.ts'
import { ask, binding, resolve } from './network/reach.ts'
import { clockIsSet } from './process/clock-is-set.ts'
import type { Surroundings } from './standalone/surroundings.ts'
import { dataFilesIn, kindAt } from './store/data-files.ts'
import { fileAfter } from './store/file-after.ts'
import { folderState, freeBytes, ownerOf } from './store/folder-state.ts'
import { forbiddenIn } from './store/forbidden-paths.ts'
import { createFilePools, type FilePools } from './store/pools/pool-store.ts'
import { loadReleaseFiles } from './store/release-files.ts'
import { applyUpgrade } from './store/scaffold/apply-upgrade.ts'
import { CLIENT_FOLDER, configurationIn, makeDataRoot } from './store/scaffold/new-data-root.ts'
import { ourFiles, planUpgrade } from './store/scaffold/upgrade-plan.ts'
import { createSqlPoolAdmins } from './store/sql/sql-stores.ts'
import {
  readBytes,
  readStream,
  readStreamBytes,
  readText,
  readTextIfAny,
} from './store/text-file.ts'
import { createSlowRegex } from './thread/slow-regex.ts'
import { RELEASED, VERSION } from './version.ts'

/** What the commands have of their process. */
export type CliSurroundings = Omit<Surroundings, 'version'> & { readonly stdin: Readable }

/** Gives the commands their effects. */
export async function createCliDeps(around: CliSurroundings): Promise<CliDeps> {
  const releases = await loadReleaseFiles()
  return {
    version: VERSION,
    released: RELEASED,
    loadSettings: (flags) => loadSettings(flags, around.environment),
    // The server and the demo are loaded when they are wanted: no other command waits for them.
    async serve(settings, { debug }) {
      const { serveStandalone } = await import('./standalone/standalone.ts')
      return serveStandalone(settings, debug, { ...around, version: VERSION })
    },
    dataFiles: (root) => dataFilesIn(root, releases),
    kindOf: kindAt,
    readText: (path) => (path === '-' ? readStream(around.stdin) : readText(path)),
    readBytes: (path) => (path === '-' ? readStreamBytes(around.stdin) : readBytes(path)),
    slowRegex: createSlowRegex(),
    clock: around.clock,
    poolAdmins: async (settings) => [
      filePools(settings, around).admin,
      ...createSqlPoolAdmins(
        { ...settings, sqliteFile: sqliteFile(settings) },
        { logger: silentLogger, clock: around.clock },
      ),
    ],
    clearResources: (settings) => clearResources(settings, around),
    async scaffold(directory) {
      const { copied, kept } = await makeDataRoot(directory)
      return { written: copied, kept, configuration: configurationIn(directory) }
    },
    async planUpgrade(directory): Promise<Upgrade> {
      const plan = await planUpgrade(directory, await ourFiles(CLIENT_FOLDER), releases)
      const backup = join(directory, '.ztps', 'upgrades', timestamp(around.clock.now()))
      return {
        steps: plan.steps,
        async apply() {
          return (await applyUpgrade(plan, backup)) ? backup : undefined
        },
      }
    },
    nodes: async (settings, access) =>
      (await import('./nodes-desk.ts')).openNodesDesk(settings, access, around.clock),
    doctor: {
      ask,
      resolve,
      binding,
      folder: folderState,
      forbidden: forbiddenIn,
      isRoot: () => process.geteuid?.() === 0,
      ownerOf,
      freeBytes,
      now: () => around.clock.now(),
      fileAfter,
      clockIsSet: () => clockIsSet(around.environment),
      askDhcp,
    },
    demo: async () => (await import('./demo-deps.ts')).createDemoDeps(around),
  }
}

/**
 * The settings of a command: the configuration file that the environment or the flag names must
 * exist, the default one need not.
 *
 * @throws ZtpError ZTP_BAD_CONFIGURATION when the named file does not exist or cannot be read
 */
export async function loadSettings(
  flags: Pick<GlobalFlags, 'conf'>,
  environment: NodeJS.ProcessEnv,
): Promise<SettingsReading> {
  const file = configurationFile(flags.conf, environment)
  const text = await readTextIfAny(file)
  const named = file !== configurationFile(undefined, {})
  if (text === undefined && named) {
    throw new ZtpError('ZTP_BAD_CONFIGURATION', `the configuration file ${file} does not exist`)
  }
  return readSettings({ text, file, environment })
}

function filePools(settings: Settings, { clock }: CliSurroundings): FilePools {
  const resources = join(settings.dataRoot, 'resources')
  const state = stateFolder(settings)
  return createFilePools({ resources, state }, { logger: silentLogger, clock })
}

async function clearResources(settings: Settings, around: CliSurroundings) {
  const pools = filePools(settings, around)
  try {
    return await pools.clearAll()
  } finally {
    await pools.close()
  }
}

/** 20261122T142233Z: sorts by time, and is a file name everywhere. */
function timestamp(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d+/g, '')
}
