import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { reasonOf, ZtpError } from '../kernel/errors.ts'

/** The files that releases, ZTPServer's and ours, put into a data directory. */
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

const SHIPPED = ['ztpserver-release-files.json', 'our-release-files.json'].map(
  (name) => new URL(`../../data/${name}`, import.meta.url),
)

/**
 * @param files the tables; those of our package by default
 * @throws ZtpError ZTP_STORE_FAILED when one cannot be read as such
 */
export async function loadReleaseFiles(files: readonly URL[] = SHIPPED): Promise<ReleaseFiles> {
  const tables = await Promise.all(files.map(readTable))
  return {
    releasesOf: (path, sha256) => tables.flatMap((table) => releasesIn(table, path, sha256)),
  }
}

function releasesIn(table: Table, path: string, sha256: string): readonly string[] {
  const contents = Object.hasOwn(table, path) ? table[path] : undefined
  return contents !== undefined && Object.hasOwn(contents, sha256) ? (contents[sha256] ?? []) : []
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
