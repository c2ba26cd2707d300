import type { Clock } from '../../kernel/clock.ts'
import type { Logger } from '../../kernel/logger.ts'
import { loadReleaseFiles, type ReleaseFiles } from '../release-files.ts'
import { createModuleRunner } from './module-runner.ts'
import { createOwnPlugins, type OwnPlugins } from './own-plugins.ts'
import { pluginEnvironment } from './plugin-environment.ts'
import { createPluginFolder } from './plugin-folder.ts'
import { createProgramRunner } from './program-runner.ts'
import { createPythonRunner } from './python-runner.ts'

export type StartPluginsOptions = {
  readonly dataRoot: string
  readonly stateFolder: string
  /** `[plugins]` of the configuration. */
  readonly timeoutMs: number
  readonly definitionTimeoutMs: number
  readonly workers: number
  readonly python: string
  /** What plugins for ZTPServer find as `ztpserver.config.runtime`: section → key → value. */
  readonly sections: Readonly<Record<string, unknown>>
  /** The server's own. */
  readonly env: NodeJS.ProcessEnv
  readonly logger: Logger
  readonly clock: Clock
}

/** The operator's plugins of a data directory; processes and threads start when they are needed. */
export function startPlugins(options: StartPluginsOptions): OwnPlugins {
  const { dataRoot, stateFolder, logger, clock, python, sections, timeoutMs, workers } = options
  let releases: Promise<ReleaseFiles> | undefined
  const folder = createPluginFolder({
    dataRoot,
    releases() {
      releases ??= loadReleaseFiles()
      return releases
    },
    clock,
    logger,
  })
  const common = {
    folder: folder.path,
    env: pluginEnvironment(options.env, { ZTPS_DATA_ROOT: dataRoot }),
    timeoutMs,
    workers,
    patienceMs: options.definitionTimeoutMs,
  }
  const settings = JSON.stringify({ folder: folder.path, state: stateFolder, sections })
  const program = createProgramRunner(common)
  const runners = {
    python: createPythonRunner({ ...common, python, settings }),
    module: createModuleRunner(common),
    script: program,
    binary: program,
  }
  return createOwnPlugins({ folder, runners, logger })
}
