import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { reasonOf, ZtpError } from '../kernel/errors.ts'

/** The files that ZTPServer's releases put into a data directory. */
export type ReleaseFiles = {
  /**
   * The releases that shipped this very content under this path.
   *
   * @param path in the data directory, e.g. `actions/add_config`
   * @param sha256 in lower-case hexadecimal
   * @returns empty when none did: the content is the operator's
   */
  releasesOf(path: string, sha256: string): readonly string[]
}

/** path → SHA-256 → releases. */
type Table = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

const SHIPPED = new URL('../../data/ztpserver-release-files.json', import.meta.url)

/**
 * @param file the table; the one of our package by default
 * @throws ZtpError ZTP_STORE_FAILED when it cannot be read as one
 */
export async function loadReleaseFiles(file: URL = SHIPPED): Promise<ReleaseFiles> {
  const table = await readTable(file)
  return {
    releasesOf(path, sha256) {
      const contents = Object.hasOwn(table, path) ? table[path] : undefined
      return contents !== undefined && Object.hasOwn(contents, sha256)
        ? (contents[sha256] ?? [])
        : []
    },
  }
}

async function readTable(file: URL): Promise<Table> {
  try {
    const read: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (isTable(read)) return read
    throw new Error('it is not a table of path, SHA-256 and releases')
  } catch (thrown) {
    const reason = `cannot read ${fileURLToPath(file)}: ${reasonOf(thrown)}`
    throw new ZtpError('ZTP_STORE_FAILED', reason, thrown)
  }
}

function isTable(read: unknown): read is Table {
  return isObject(read) && Object.values(read).every(isContents)
}

function isContents(read: unknown): boolean {
  return isObject(read) && Object.values(read).every((each) => Array.isArray(each))
}

function isObject(read: unknown): read is object {
  return typeof read === 'object' && read !== null && !Array.isArray(read)
}
