import {
  type BigIntStats,
  type Dirent,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { ZtpError } from '../../kernel/errors.ts'
import { withoutSeparators } from '../../node/identity.ts'
import { isDataName } from '../../provision/validate/data-files.ts'
import { confine } from '../confined-path.ts'
import { isErrno, storeFailure } from '../disk/failure.ts'

// Synchronous throughout: this runs in the pool worker.

const BIGINT = { bigint: true } as const

/** Most bytes of a pool. One of a million entries has some 30 MB. */
export const LARGEST = 64 * 1024 * 1024

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
    if (stat.isFile()) return { path, target, stat: demandSize(path, stat) }
  } catch (thrown) {
    if (!isErrno(thrown, 'ENOENT', 'ENOTDIR')) throw storeFailure('read', path, thrown)
    throw new ZtpError('ZTP_MISSING_POOL', `there is no resource pool ${path}`, thrown)
  }
  throw new ZtpError('ZTP_INVALID_POOL', `${path} is no file: a pool is a YAML file`)
}

/** It is refused by its size, before a byte is read. */
export function demandSize(path: string, stat: BigIntStats): BigIntStats {
  if (stat.size <= LARGEST) return stat
  throw tooLarge(path, `it has ${stat.size} bytes`)
}

export function tooLarge(path: string, what: string): ZtpError {
  const reason = `${path}: ${what}, and a pool has at most ${LARGEST}: split it, or use a range`
  return new ZtpError('ZTP_INVALID_POOL', reason)
}

/** @throws ZtpError ZTP_MISSING_POOL for a name that no pool can have */
export function newPoolPath(resources: string, pool: string): string {
  const path = confine(resources, pool)
  if (path !== undefined && !pool.split('/').some((each) => each.startsWith('.'))) return path
  const name = JSON.stringify(pool)
  const reason = `it is a path under ${resources}, and no part of it begins with a dot`
  throw new ZtpError('ZTP_MISSING_POOL', `${name} can name no pool: ${reason}`)
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

/**
 * The names of all pools, sub-folders included; notes, back-ups and hidden files are none.
 *
 * @returns none when there is no folder
 */
export function listPools(resources: string): readonly string[] {
  try {
    return poolsUnder(resources, '', [])
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return []
    throw storeFailure('read', resources, thrown)
  }
}

/** @param above the real folders on the way: a link to one of them would have no end */
function poolsUnder(resources: string, under: string, above: readonly string[]): readonly string[] {
  const folder = realpathSync.native(join(resources, under))
  if (above.includes(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true })
  return entries.filter(isDataEntry).flatMap((entry) => {
    const name = under + entry.name
    const isFolder = isFolderOrLink(entry, join(folder, entry.name))
    return isFolder ? poolsUnder(resources, `${name}/`, [...above, folder]) : [name]
  })
}

function isDataEntry({ name }: Dirent): boolean {
  return isDataName(name)
}

function isFolderOrLink(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory()
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
