import { randomUUID } from 'node:crypto'
import { readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { ZtpError } from '../../kernel/errors.ts'
import { type NodeId, parseNodeId } from '../../node/identity.ts'
import type { Archived, ArchiveReason } from '../../provision/nodes/ports.ts'
import { FILE_MODE } from '../atomic-write.ts'
import { statOf } from '../disk/calls.ts'
import { isErrno, storeFailure } from '../disk/failure.ts'
import { lstatIfAny } from '../disk/link-target.ts'
import { makeFolder } from '../disk/make-folder.ts'
import { writeNewFile } from '../disk/new-file.ts'
import { ownerIn } from '../disk/owner.ts'
import { syncFolder } from '../disk/sync-folder.ts'
import { isTemporary, temporaryBeside } from '../disk/temporary.ts'
import { copyFile } from '../scaffold/copy-tree.ts'

/** What says, in an archived folder, when and why it was. */
const RECORD = '.archived'
/** Where an archived folder has the versions of the startup-config. */
const VERSIONS = '.versions'
/** `20260131T120000.123Z`: names sort by time. */
const NAME = /^\d{8}T\d{6}\.\d{3}Z$/

/** What of a node goes into the archive. */
type Archiving = {
  /** Of the node, in the archive. */
  readonly archive: string
  readonly folder: string
  readonly versions: string
  readonly reason: ArchiveReason
  /** ms since 1970 */
  readonly now: number
}

/**
 * Copies a node's folder, and the versions of its startup-config, into the archive: whole or not at
 * all. What a link leads to is copied in its place.
 *
 * @returns the folder made
 * @throws ZtpError ZTP_STORE_FAILED
 */
export async function archiveNode(what: Archiving): Promise<string> {
  const { archive, reason, now } = what
  try {
    await makeFolder(archive)
    const built = temporaryBeside(join(archive, randomUUID()))
    try {
      await copyContents(what.folder, built)
      if ((await namesIn(what.versions)).length > 0) {
        await copyContents(what.versions, join(built, VERSIONS))
      }
      const record = JSON.stringify({ time: new Date(now).toISOString(), ...reason })
      await writeNewFile(join(built, RECORD), Buffer.from(`${record}\n`), {
        mode: FILE_MODE,
        owner: ownerIn(await statOf(built)),
      })
      await syncFolder(built)
      return await placeIn(archive, built, now)
    } catch (thrown) {
      await rm(built, { recursive: true, force: true })
      throw thrown
    }
  } catch (thrown) {
    throw storeFailure('write', archive, thrown)
  }
}

/** The names of one millisecond are taken one after the other. */
async function placeIn(archive: string, built: string, now: number): Promise<string> {
  for (let time = now; ; time += 1) {
    const place = join(archive, nameOf(time))
    try {
      await rename(built, place)
    } catch (thrown) {
      if (isErrno(thrown, 'ENOTEMPTY', 'EEXIST')) continue
      throw thrown
    }
    await syncFolder(archive)
    return place
  }
}

function nameOf(time: number): string {
  return new Date(time).toISOString().replace(/[-:]/g, '')
}

/** @param from may be absent: then only the folder is made */
async function copyContents(from: string, to: string): Promise<void> {
  await makeFolder(to)
  const names = await namesIn(from)
  for (const name of names) {
    if (!isTemporary(name)) await copyEntry(join(from, name), join(to, name))
  }
  await syncFolder(to)
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT', 'ENOTDIR', 'ELOOP')) return []
    throw storeFailure('read', folder, thrown)
  }
}

async function copyEntry(from: string, to: string): Promise<void> {
  const itself = await lstatIfAny(from)
  if (itself === undefined) return
  const target = itself.isSymbolicLink() ? await stat(from).catch(() => undefined) : itself
  if (itself.isDirectory()) await copyContents(from, to)
  else if (target?.isFile()) await copyFile(from, to)
  else if (itself.isSymbolicLink()) await symlink(await readlink(from), to)
  else throw new ZtpError('ZTP_STORE_FAILED', `${from} is neither file nor folder: remove it first`)
}

/**
 * What the archive has of a node, the newest.
 *
 * @param archive of the node
 * @throws ZtpError ZTP_STORE_FAILED
 */
export async function newestArchived(archive: string): Promise<Archived | undefined> {
  const name = (await namesIn(archive))
    .filter((each) => NAME.test(each))
    .sort()
    .at(-1)
  if (name === undefined) return undefined
  const folder = join(archive, name)
  const record = await readFile(join(folder, RECORD), 'utf8')
    .then(parseRecord)
    .catch(() => undefined)
  return record && { folder, ...record }
}

function parseRecord(text: string): Omit<Archived, 'folder'> | undefined {
  const record: unknown = JSON.parse(text)
  if (typeof record !== 'object' || record === null) return undefined
  const { time, kind, by } = Object.fromEntries(Object.entries(record))
  const reason = reasonOf(String(kind), parseNodeId(String(by)))
  return reason && { time: Date.parse(String(time)), reason }
}

function reasonOf(kind: string, by: NodeId | undefined): ArchiveReason | undefined {
  if (kind === 'reset' || kind === 'removed' || kind === 'overwritten') return { kind }
  return kind === 'replaced' && by !== undefined ? { kind, by } : undefined
}
