import {
  type BigIntStats,
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ZtpError } from '../../kernel/errors.ts'
import { FILE_MODE } from '../atomic-write.ts'
import { isErrno, storeFailure } from '../disk/failure.ts'
import { FOLDER_MODE } from '../disk/make-folder.ts'
import { isOwnedBy, ownerIn } from '../disk/owner.ts'
import { type Stamp, sameStamp, stampOf } from '../disk/stamp.ts'
import { isTemporary, temporaryBeside } from '../disk/temporary.ts'
import { findPool, LARGEST, newPoolPath, type PoolPlace, tooLarge } from './pool-place.ts'
import { writePieces } from './write-pieces.ts'

// Synchronous throughout: this runs in the pool worker, with the pool lock held.

const BIGINT = { bigint: true } as const

/**
 * Replaces the pool's content, on disk when it returns; owner, group, mode and a symbolic link stay.
 *
 * @param content in pieces, which are good until the next is asked for
 * @param expected what the new content was made from
 * @returns undefined, with nothing done, when somebody else changed the file since
 * @throws ZtpError ZTP_STORE_FAILED, or ZTP_INVALID_POOL when it would be too large; the file is as
 *   it was and no temporary is left
 */
export function replacePool(
  place: PoolPlace,
  content: Iterable<Uint8Array>,
  expected: Stamp,
): Stamp | undefined {
  const { target } = place
  const temporary = temporaryBeside(target)
  demandWritable(place)
  try {
    const written = writeBeside(temporary, content, place)
    if (!sameStamp(stampOf(statSync(target, BIGINT)), expected)) {
      rmSync(temporary, { force: true })
      return undefined
    }
    renameSync(temporary, target)
    syncFolder(dirname(target))
    return newStamp(target, written)
  } catch (thrown) {
    rmSync(temporary, { force: true })
    throw storeFailure('write', place.path, thrown)
  }
}

/** The stamp after the renaming, which changes the time of change. */
function newStamp(target: string, written: Stamp): Stamp {
  const now = stampOf(statSync(target, BIGINT))
  // Changed again already: a stamp that matches nothing has it read anew.
  return now.ino === written.ino && now.mtimeNs === written.mtimeNs ? now : written
}

/** Renaming would replace it all the same, and root may write anything: the mode is a person's will. */
function demandWritable({ path, stat }: PoolPlace): void {
  if ((stat.mode & 0o222n) !== 0n) return
  const mode = (stat.mode & 0o777n).toString(8).padStart(4, '0')
  const reason = `cannot write ${path}: it is read-only (mode ${mode}): chmod u+w lets it be written`
  throw new ZtpError('ZTP_STORE_FAILED', reason)
}

/**
 * Makes a pool, on disk when it returns: with the group of its folder, and its owner where we are
 * root.
 *
 * @param contentOf its content, by its path
 * @returns undefined, with nothing done, when it is there already
 * @throws ZtpError ZTP_MISSING_POOL for a name that no pool can have, ZTP_STORE_FAILED
 */
export function createPool(
  resources: string,
  pool: string,
  contentOf: (path: string) => Iterable<Uint8Array>,
): { readonly place: PoolPlace; readonly stamp: Stamp } | undefined {
  const path = newPoolPath(resources, pool)
  const temporary = temporaryBeside(path)
  try {
    makeFolder(dirname(path))
    const written = writeBeside(temporary, contentOf(path), { path })
    if (!giveName(temporary, path)) return undefined
    syncFolder(dirname(path))
    const place = findPool(resources, pool)
    return { place, stamp: newStamp(place.target, written) }
  } catch (thrown) {
    throw storeFailure('create', path, thrown)
  } finally {
    rmSync(temporary, { force: true })
  }
}

function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  makeFolder(dirname(path))
  mkdirSync(path, FOLDER_MODE)
  const folder = openSync(path, 'r')
  try {
    takeOwnerOfFolder(folder, path)
  } finally {
    closeSync(folder)
  }
  syncFolder(dirname(path))
}

/** @returns false when something has the name */
function giveName(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path)
    rmSync(temporary)
    return true
  } catch (thrown) {
    if (isErrno(thrown, 'EEXIST')) return false
    // A file system without hard links: then whoever makes the same name right now loses.
    if (!isErrno(thrown, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP')) throw thrown
    renameSync(temporary, path)
    return true
  }
}

/** @param pool whose `stat` is that of the file in whose place it will be; none for a new one */
function writeBeside(
  temporary: string,
  content: Iterable<Uint8Array>,
  { path, stat: old }: { readonly path: string; readonly stat?: BigIntStats },
): Stamp {
  // Until it has the old file's owner, nobody else may open it.
  const file = openSync(temporary, 'wx', old === undefined ? FILE_MODE : 0o600)
  try {
    if (writePieces(file, content) > LARGEST) throw tooLarge(path, 'it would have more bytes')
    if (old === undefined) takeOwnerOfFolder(file, temporary)
    else dressAs(file, old)
    fsyncSync(file)
    return stampOf(fstatSync(file, BIGINT))
  } finally {
    closeSync(file)
  }
}

function dressAs(file: number, old: BigIntStats): void {
  const { uid, gid } = fstatSync(file, BIGINT)
  if (gid !== old.gid) unlessForbidden(() => fchownSync(file, -1, Number(old.gid)))
  if (uid !== old.uid) unlessForbidden(() => fchownSync(file, Number(old.uid), -1))
  fchmodSync(file, Number(old.mode) & 0o7777)
}

function takeOwnerOfFolder(file: number, path: string): void {
  const owner = ownerIn(statSync(dirname(path), BIGINT))
  if (isOwnedBy(owner, fstatSync(file, BIGINT))) return
  unlessForbidden(() => fchownSync(file, owner.uid, owner.gid))
}

/** Being no superuser is no failure: the file is then the server's, as with any program. */
function unlessForbidden(change: () => void): void {
  try {
    change()
  } catch (thrown) {
    if (!isErrno(thrown, 'EPERM')) throw thrown
  }
}

function syncFolder(folder: string): void {
  const file = openSync(folder, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Removes what processes left that died while they wrote this pool: with the lock held, all of it. */
export function removeLeftovers({ target }: PoolPlace): void {
  const folder = dirname(target)
  const stem = `.${basename(target)}.`
  for (const name of readdirSync(folder)) {
    if (name.startsWith(stem) && isTemporary(name)) rmSync(join(folder, name), { force: true })
  }
}
