import { join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import { pluginFilesFor } from '../../resource/plugin-files.ts'
import { confine } from '../confined-path.ts'
import { list, statOf } from '../disk/calls.ts'
import { storeFailure } from '../disk/failure.ts'
import { danglingLink } from '../disk/link-target.ts'
import { stampOf } from '../disk/stamp.ts'
import type { ReleaseFiles } from '../release-files.ts'
import { createStatCache } from '../stat-cache.ts'
import { pluginFailure } from './plugin-failure.ts'
import { lookAtPlugin, type PluginContent } from './plugin-file.ts'

/** A plugin of the operator's that a call means. */
export type PluginFile = PluginContent & {
  /** Its name in plugins/. */
  readonly file: string
  readonly path: string
}

/** The folder plugins/ of a data directory, looked at on each call. */
export type PluginFolder = {
  readonly path: string
  /**
   * @param name as a definition calls it
   * @returns undefined when the operator has no file for it
   * @throws ZtpError ZTP_PLUGIN_FAILED for a file that is no plugin or cannot be read
   */
  find(name: string): Promise<PluginFile | undefined>
}

export type PluginFolderOptions = {
  readonly dataRoot: string
  /** What ZTPServer's releases put there. */
  readonly releases: () => Promise<ReleaseFiles>
  readonly clock: Clock
  readonly logger: Logger
}

const NOTHING: ReadonlySet<string> = new Set()

export function createPluginFolder(options: PluginFolderOptions): PluginFolder {
  const { dataRoot, releases, clock, logger } = options
  const folder = join(dataRoot, 'plugins')
  const bounds = { clock, maxEntries: 1000, maxBytes: 1000 }
  const names = createStatCache<ReadonlySet<string>>({ ...bounds, load: namesIn })
  const contents = createStatCache<PluginContent>({
    ...bounds,
    load: (path) => lookAtPlugin(path, path.slice(folder.length + 1), clock),
  })
  const warned = new Map<string, string>()

  async function namesNow(): Promise<ReadonlySet<string>> {
    try {
      return (await names.get(folder)) ?? NOTHING
    } catch (thrown) {
      // Whether one of ours is to give way cannot be known then.
      const { message } = storeFailure('read', folder, thrown)
      throw new ZtpError('ZTP_PLUGIN_FAILED', message, thrown)
    }
  }

  async function contentOf(file: string): Promise<PluginContent> {
    const path = join(folder, file)
    try {
      const content = await contents.get(path)
      if (content !== undefined) return content
      throw pluginFailure(file, (await danglingLink(path)) ?? 'it was removed at this moment')
    } catch (thrown) {
      if (thrown instanceof ZtpError) throw thrown
      throw pluginFailure(file, reasonOf(storeFailure('read', path, thrown)), thrown)
    }
  }

  async function isReleaseFile(file: string): Promise<boolean> {
    const { sha256 } = await contentOf(file)
    return (await releases()).releasesOf(`plugins/${file}`, sha256).length > 0
  }

  /** Once for each set of files. */
  function warnOf(name: string, file: string, unused: readonly string[]): void {
    const text = `plugin '${name}' is plugins/${file}, which goes before ${unused.join(', ')}`
    if (unused.length > 0 && warned.get(name) !== text) logger.warn(text)
    if (unused.length > 0) warned.set(name, text)
    else warned.delete(name)
  }

  return {
    path: folder,
    async find(name) {
      const present = await namesNow()
      const { file, unused } = await pluginFilesFor(
        name,
        (each) => present.has(each),
        isReleaseFile,
      )
      if (file === undefined) return undefined
      const path = confine(folder, file)
      if (path === undefined) return undefined
      warnOf(name, file, unused)
      return { file, path, ...(await contentOf(file)) }
    },
  }
}

async function namesIn(folder: string) {
  const stamp = stampOf(await statOf(folder))
  return { value: new Set(await list(folder)), stamp, bytes: 1 }
}
