import { readSettings } from '../../config/settings.ts'
import { ZtpError } from '../../kernel/errors.ts'
import type { DataFiles } from '../../provision/validate/data-files.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import type { CliDeps, GlobalFlags, Upgrade } from '../deps.ts'

/** What the commands did to the world. */
export type Deeds = {
  readonly served: GlobalFlags[]
  readonly cleared: string[]
  readonly scaffolded: string[]
  readonly upgraded: string[]
}

/** The time in a fixed world, ms since 1970. */
export const NOW = Date.UTC(2026, 10, 22, 14, 22, 33)

/**
 * A world of one data directory, `/data`, whose settings are the defaults.
 *
 * @param files the data directory
 * @param texts other files, by path; `-` is standard input
 * @param pools of every place
 */
export function fixedDeps(
  files: DataFiles,
  texts: Readonly<Record<string, string>> = {},
  pools: readonly PoolAdmin[] = [],
): CliDeps & { readonly deeds: Deeds } {
  const deeds: Deeds = { served: [], cleared: [], scaffolded: [], upgraded: [] }
  return {
    deeds,
    version: '1.2.3',
    released: NOW,
    async loadSettings({ conf }) {
      const file = conf ?? 'default.conf'
      const text = conf === undefined ? '' : await readText(conf)
      return readSettings({
        text,
        file,
        environment: { ZTPS_DEFAULT_DATAROOT: text.includes('data_root') ? '' : '/data' },
      })
    },
    async serve(_settings, flags) {
      deeds.served.push(flags)
      return 0
    },
    dataFiles: (root) => ({ ...files, root }),
    async kindOf(path) {
      if (Object.hasOwn(texts, path)) return 'file'
      if (path === '/data') return 'folder'
      return path.startsWith('/data/') ? files.kindOf(path.slice('/data/'.length)) : 'absent'
    },
    readText,
    readBytes: async (path) => Buffer.from(await readText(path)),
    slowRegex: {
      async answer() {
        throw new Error('no expression of these tests is slow')
      },
    },
    clock: { now: () => NOW },
    poolAdmins: async () => pools,
    async clearResources({ dataRoot }) {
      deeds.cleared.push(dataRoot)
      return { pools: 2, entries: 1 }
    },
    async scaffold(directory) {
      deeds.scaffolded.push(directory)
      return {
        written: ['neighbordb'],
        kept: ['definitions/leaf'],
        configuration: `${directory}/ztpserver.conf`,
      }
    },
    planUpgrade: async (directory) => upgradeOf(directory, deeds),
    async nodes() {
      throw new Error('these tests have no nodes')
    },
    doctor: {
      ask: async (url) => ({
        kind: 'answered',
        status: 200,
        text: `#!/bin/sh\nSERVER=${url.replace('/bootstrap', '')}\n`,
      }),
      resolve: async () => ['192.0.2.1'],
      binding: async () => 'free',
      folder: async () => 'writable',
      forbidden: async () => [],
      isRoot: () => false,
      ownerOf: async () => undefined,
      freeBytes: async () => 2 ** 40,
      now: () => NOW,
      fileAfter: async () => undefined,
      clockIsSet: async () => undefined,
      askDhcp: async () => ({ kind: 'offers', offers: [] }),
    },
    demo: async () => ({
      makeDirectory: async () => '/tmp/demo',
      removeDirectory: async () => {},
      scaffold: async () => {},
      start: async () => ({
        url: 'http://127.0.0.1:1',
        rehearse: async () => ({ lines: ['rehearsed'], sound: true }),
        close: async () => {},
      }),
      interrupted: async () => {},
    }),
  }

  async function readText(path: string): Promise<string> {
    const text = texts[path]
    if (text === undefined) throw new ZtpError('ZTP_STORE_FAILED', `${path} does not exist`)
    return text
  }
}

function upgradeOf(directory: string, deeds: Deeds): Upgrade {
  const upToDate = directory === '/new'
  return {
    steps: upToDate
      ? []
      : [
          { kind: 'add', path: 'actions/a' },
          { kind: 'replace', path: 'actions/b' },
          { kind: 'beside', path: 'actions/c' },
          { kind: 'retire', path: 'plugins/allocate' },
        ],
    async apply() {
      deeds.upgraded.push(directory)
      return `${directory}/.ztps/upgrades/1`
    },
  }
}
