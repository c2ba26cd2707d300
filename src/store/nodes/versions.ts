import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../atomic-write.ts'
import { isErrno } from '../disk/failure.ts'
import { makeFolder } from '../disk/make-folder.ts'

/** A startup-config that was replaced since. */
export type Version = {
  /** The name of its file. */
  readonly name: string
  /** When it was replaced. */
  readonly time: Date
  readonly sha256: string
}

/** `20260131T120000.123Z-<SHA-256>`: names sort by time. */
const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3}Z)-([0-9a-f]{64})$/

/** @returns the versions in a node's folder of versions, oldest first; none when there is none */
export async function listVersions(folder: string): Promise<readonly Version[]> {
  return (await namesIn(folder)).sort().flatMap((name) => parseName(name) ?? [])
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return []
    throw thrown
  }
}

function parseName(name: string): Version | undefined {
  const [, year, month, day, hour, minute, rest, sha256] = NAME.exec(name) ?? []
  if (sha256 === undefined) return undefined
  return { name, time: new Date(`${year}-${month}-${day}T${hour}:${minute}:${rest}`), sha256 }
}

function nameOf(time: Date, sha256: string): string {
  return `${time.toISOString().replace(/[-:]/g, '')}-${sha256}`
}

/**
 * Keeps a content that is about to be replaced, and lets the oldest go.
 *
 * The content that was kept last is not kept twice. The caller holds the node's lock.
 *
 * @param keep how many to have afterwards; with 0 nothing is written
 * @param now ms since 1970; a clock that was set back does not change the order
 * @throws ZtpError ZTP_STORE_FAILED, the system's error
 */
export async function keepVersion(
  folder: string,
  bytes: Uint8Array,
  { keep, now }: { readonly keep: number; readonly now: number },
): Promise<void> {
  const versions = await listVersions(folder)
  const newest = versions.at(-1)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const fresh = keep > 0 && newest?.sha256 !== sha256
  if (fresh) {
    await makeFolder(folder)
    const time = new Date(Math.max(now, (newest?.time.getTime() ?? 0) + 1))
    await replaceFile(join(folder, nameOf(time, sha256)), bytes)
  }
  const surplus = versions.length + (fresh ? 1 : 0) - keep
  for (const { name } of versions.slice(0, Math.max(surplus, 0))) {
    await rm(join(folder, name), { force: true })
  }
}
