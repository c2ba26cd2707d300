import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import type { Logger, LogLevel } from '../../../kernel/logger.ts'
import type { PluginRequest } from '../../../resource/plugin.ts'
import { request } from '../../../resource/testing/requests.ts'
import { realClock } from '../../testing/clock.ts'
import type { OwnPlugins } from '../own-plugins.ts'
import { type StartPluginsOptions, startPlugins } from '../start-plugins.ts'

/** The settings as ztpserverSections gives them, as far as the tests look at them. */
function sectionsFor(dataRoot: string): StartPluginsOptions['sections'] {
  return {
    default: {
      data_root: dataRoot,
      identifier: 'serialnumber',
      server_url: 'http://ztpserver:8080',
    },
    server: { interface: '0.0.0.0', port: 8080 },
  }
}

/**
 * A data directory for a file of tests, whose processes stay warm from test to test as a server's
 * do.
 *
 * @param options what differs from the defaults
 */
export function pluginsUnderTest(options: Partial<StartPluginsOptions> = {}) {
  /** `LEVEL MESSAGE` */
  const log: string[] = []
  let folder = ''
  let plugins: OwnPlugins

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ztps-plugins-'))
    plugins = start()
  })
  afterEach(() => void log.splice(0))
  afterAll(async () => {
    await plugins.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Another one on the same folder, to be closed by whoever wanted it. */
  function start(more: Partial<StartPluginsOptions> = {}): OwnPlugins {
    return startPlugins({
      dataRoot: folder,
      stateFolder: join(folder, '.ztps'),
      timeoutMs: 10_000,
      definitionTimeoutMs: 25_000,
      workers: 2,
      python: 'python3',
      sections: sectionsFor(folder),
      env: process.env,
      logger: recordingIn(log),
      clock: realClock,
      ...options,
      ...more,
    })
  }

  /** @param more what differs from node SN1 and pool p */
  async function allocate(name: string, more: Partial<PluginRequest> = {}, from = plugins) {
    const plugin = await from.find(name)
    if (plugin === undefined) throw new Error(`there is no plugin ${name}`)
    return plugin.allocate({ ...request('SN1', 'p'), ...more })
  }

  return {
    folder: () => folder,
    log,
    start,
    allocate,
    call: async (name: string, more: Partial<PluginRequest> = {}) =>
      (await allocate(name, more)).value,
    /** Writes a file of the data directory. */
    async write(path: string, content: string | Uint8Array, mode = 0o644) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), content, { mode })
    },
  }
}

/** @returns how ZTP_PLUGIN_FAILED tells of a file in plugins/ */
export function failureOf(file: string, reason: RegExp) {
  const message = expect.stringMatching(new RegExp(`^plugins/${file} failed: ${reason.source}`))
  return { code: 'ZTP_PLUGIN_FAILED', message }
}

export function recordingIn(lines: string[]): Logger {
  const at = (level: LogLevel) => (message: string) => void lines.push(`${level} ${message}`)
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
  }
}
