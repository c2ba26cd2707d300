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
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { formatDiagnostic } from '../../kernel/diagnostic.ts'
import { ZtpError } from '../../kernel/errors.ts'
import { withoutSeparators } from '../../node/identity.ts'
import { decodeUtf8 } from '../../yaml/utf8.ts'
import { FILE_MODE } from '../atomic-write.ts'
import { confine } from '../confined-path.ts'
import { isErrno, storeFailure } from '../disk/failure.ts'
import { FOLDER_MODE } from '../disk/make-folder.ts'
import { isRacy, type Stamp, sameStamp, stampOf } from '../disk/stamp.ts'
import { isTemporary, temporaryBeside } from '../disk/temporary.ts'
import { nap } from './pool-lock.ts'

// Synchronous throughout: this runs in the pool worker, with the pool lock held.

const BIGINT = { bigint: true } as const
/** How long an editor that writes in place is given to finish. */
const SETTLE_MS = 1_000
/** Who writes into a file that is older than this is no editor that saves a new one. */
const IN_PLACE_NS = 50_000_000n
/** How long such a program may pause, in ms. */
const PAUSE_MS = 200

/** Where a pool's file really is, links followed, and what stat says of it. */
export type PoolPlace = {
  /** As the operator knows it. */
  readonly path: string
  readonly target: string
  readonly stat: BigIntStats
}

/** @throws ZtpError ZTP_MISSING_POOL, ZTP_INVALID_POOL, ZTP_STORE_FAILED */
export function findPool(resources: string, pool: string): PoolPlace {
  const path = confine(resources, pool)
  if (path === undefined) {
    const name = JSON.stringify(pool)
    throw new ZtpError('ZTP_MISSING_POOL', `${name} names no pool: it is a path under ${resources}`)
  }
  try {
    const target = realpathSync.native(path)
    const stat = statSync(target, BIGINT)
    if (stat.isFile()) return { path, target, stat }
  } catch (thrown) {
    if (!isErrno(thrown, 'ENOENT', 'ENOTDIR')) throw storeFailure('read', path, thrown)
    throw new ZtpError('ZTP_MISSING_POOL', `there is no resource pool ${path}`, thrown)
  }
  throw new ZtpError('ZTP_INVALID_POOL', `${path} is no file: a pool is a YAML file`)
}

/**
 * The text of a pool, and what stat said of just that text.
 *
 * @param isOurs whether a stamp is that of our own last write, which is always whole
 * @throws ZtpError ZTP_INVALID_POOL, ZTP_STORE_FAILED
 */
export function readPool(
  place: PoolPlace,
  isOurs: (stamp: Stamp) => boolean,
): { readonly text: string; readonly stamp: Stamp } {
  const { bytes, stamp } = readSettled(place, isOurs)
  return { text: decode(bytes, place.path), stamp }
}

/**
 * Some editors empty the file and fill it again, slowly at times: half of it is not to be taken for
 * the pool. What a file's times say is not enough where clocks differ: one that nobody changes while
 * we look is settled too.
 */
function readSettled({ path, target }: PoolPlace, isOurs: (stamp: Stamp) => boolean) {
  const began = performance.now()
  let first: Stamp | undefined
  try {
    for (;;) {
      // Before, not after: this process may be held up between reading and judging.
      const taken = Date.now()
      const stat = statSync(target, BIGINT)
      const stamp = stampOf(stat)
      const bytes = readFileSync(target)
      const isWhole = sameStamp(stamp, stampOf(statSync(target, BIGINT)))
      if (isWhole && (isOurs(stamp) || isSettled(stat, taken))) return { bytes, stamp }
      first ??= stamp
      if (performance.now() - began > SETTLE_MS) {
        // Another file each time is saved whole; the same one is being written.
        if (isWhole && (sameStamp(stamp, first) || stamp.ino !== first.ino)) return { bytes, stamp }
        throw new ZtpError('ZTP_STORE_FAILED', `${path} is being written by another program`)
      }
      nap(5)
    }
  } catch (thrown) {
    throw storeFailure('read', path, thrown)
  }
}

function isSettled(stat: BigIntStats, taken: number): boolean {
  // Few pools are empty, but every file that is written in place is, for a moment.
  if (stat.size === 0n) return false
  const isInPlace = stat.mtimeNs - stat.birthtimeNs > IN_PLACE_NS
  return !isRacy(stat, isInPlace ? taken - PAUSE_MS : taken)
}

function decode(bytes: Uint8Array, path: string): string {
  const { value, diagnostics } = decodeUtf8(bytes, path)
  if (value !== undefined) return value
  throw new ZtpError('ZTP_INVALID_POOL', diagnostics.map(formatDiagnostic).join('; '))
}

/**
 * Replaces the pool's content, on disk when it returns; owner, group, mode and a symbolic link stay.
 *
 * @param expected what the new text was made from
 * @returns undefined, with nothing done, when somebody else changed the file since
 * @throws ZtpError ZTP_STORE_FAILED; the file is as it was and no temporary is left
 */
export function replacePool(place: PoolPlace, text: string, expected: Stamp): Stamp | undefined {
  const { target } = place
  const temporary = temporaryBeside(target)
  try {
    const written = writeBeside(temporary, text, place.stat)
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

/** @throws ZtpError ZTP_MISSING_POOL for a name that no pool can have */
export function newPoolPath(resources: string, pool: string): string {
  const path = confine(resources, pool)
  if (path !== undefined && !pool.split('/').some((each) => each.startsWith('.'))) return path
  const name = JSON.stringify(pool)
  const reason = `it is a path under ${resources}, and no part of it begins with a dot`
  throw new ZtpError('ZTP_MISSING_POOL', `${name} can name no pool: ${reason}`)
}

/**
 * Makes a pool, on disk when it returns, with the group of its folder.
 *
 * @param textOf its text, by its path
 * @returns undefined, with nothing done, when it is there already
 * @throws ZtpError ZTP_MISSING_POOL for a name that no pool can have, ZTP_STORE_FAILED
 */
export function createPool(
  resources: string,
  pool: string,
  textOf: (path: string) => string,
): { readonly place: PoolPlace; readonly stamp: Stamp } | undefined {
  const path = newPoolPath(resources, pool)
  const temporary = temporaryBeside(path)
  try {
    makeFolder(dirname(path))
    const written = writeBeside(temporary, textOf(path))
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
    takeGroupOfFolder(folder, path)
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

/** @param old the file in whose place it will be; undefined for a new one */
function writeBeside(path: string, text: string, old?: BigIntStats): Stamp {
  // Until it has the old file's owner, nobody else may open it.
  const file = openSync(path, 'wx', old === undefined ? FILE_MODE : 0o600)
  try {
    writeFileSync(file, text)
    if (old === undefined) takeGroupOfFolder(file, path)
    else dressAs(file, old)
    fsyncSync(file)
    return stampOf(fstatSync(file, BIGINT))
  } finally {
    closeSync(file)
  }
}

function dressAs(file: number, old: BigIntStats): void {
  takeGroup(file, old.gid)
  const { uid } = fstatSync(file, BIGINT)
  if (uid !== old.uid) unlessForbidden(() => fchownSync(file, Number(old.uid), -1))
  fchmodSync(file, Number(old.mode) & 0o7777)
}

function takeGroupOfFolder(file: number, path: string): void {
  takeGroup(file, statSync(dirname(path), BIGINT).gid)
}

function takeGroup(file: number, wanted: bigint): void {
  const { gid } = fstatSync(file, BIGINT)
  if (gid !== wanted) unlessForbidden(() => fchownSync(file, -1, Number(wanted)))
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

/** Whether a file that cannot be read as a pool mentions a node, in any way to write a MAC. */
export function mentions(resources: string, pool: string, node: string): boolean {
  const { target, path } = findPool(resources, pool)
  try {
    const text = readFileSync(target, 'latin1')
    return withoutSeparators(text).includes(withoutSeparators(node))
  } catch (thrown) {
    throw storeFailure('read', path, thrown)
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

/** The names of all pools, sub-folders included, hidden files not; none without the folder. */
export function listPools(resources: string): readonly string[] {
  try {
    return poolsUnder(resources, '')
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return []
    throw storeFailure('read', resources, thrown)
  }
}

function poolsUnder(resources: string, under: string): readonly string[] {
  const entries = readdirSync(join(resources, under), { withFileTypes: true })
  return entries
    .filter((entry) => !entry.name.startsWith('.'))
    .flatMap((entry) => {
      const name = under + entry.name
      return entry.isDirectory() ? poolsUnder(resources, `${name}/`) : [name]
    })
}
