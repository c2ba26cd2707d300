import { didYouMean } from '../../config/nearest.ts'
import { ZtpError } from '../../kernel/errors.ts'
import { naturally } from '../../kernel/natural-order.ts'
import type {
  PoolAdmin,
  PoolContents,
  PoolEntryStatus,
  PoolKind,
} from '../../resource/pool-admin.ts'

/** Which pool of which place. */
export type PoolName = { readonly kind: PoolKind; readonly name: string }

const KINDS: readonly PoolKind[] = ['file', 'sqlite', 'postgres', 'mysql']

/** What must be set before a place has pools. */
export const SETTING: Readonly<Record<PoolKind, string>> = {
  file: 'data_root',
  sqlite: '[sqlite] path',
  postgres: '[postgres] url',
  mysql: '[mysql] url',
}

/**
 * A pool as an operator names it: `mgmt` is the file `resources/mgmt`, `sqlite:mgmt` a table.
 * `file:mgmt` is the file too, for names that begin like a table's.
 */
export function parsePoolName(text: string): PoolName {
  const colon = text.indexOf(':')
  const kind = KINDS.find((each) => each === text.slice(0, Math.max(colon, 0)))
  return kind === undefined ? { kind: 'file', name: text } : { kind, name: text.slice(colon + 1) }
}

/** The name as an operator writes it: parsePoolName gives the same pool again. */
export function poolLabel({ kind, name }: PoolName): string {
  const plain = kind === 'file' && parsePoolName(name).name === name
  return plain ? name : `${kind}:${name}`
}

/** A whole place of pools, as an operator names it. */
export function placeLabel(kind: PoolKind): string {
  return kind === 'file' ? 'resources' : kind
}

/**
 * What a person does with the pools of the place where this one is.
 *
 * @param admins of the places that are configured
 * @throws ZtpError ZTP_MISSING_POOL naming the setting that is missing
 */
export function adminOf(admins: readonly PoolAdmin[], pool: PoolName): PoolAdmin {
  const admin = admins.find((each) => each.kind === pool.kind)
  if (admin !== undefined) return admin
  const message = `there is no pool ${poolLabel(pool)}: ${SETTING[pool.kind]} is not set`
  throw new ZtpError('ZTP_MISSING_POOL', message)
}

/**
 * What is in a pool, in the order of allocation; of a table of PostgreSQL, which has none that lasts,
 * by name.
 *
 * @throws ZtpError ZTP_MISSING_POOL with the pool that was probably meant, ZTP_INVALID_POOL,
 *   ZTP_STORE_FAILED
 */
export async function contentsOf(
  admins: readonly PoolAdmin[],
  pool: PoolName,
): Promise<PoolContents> {
  try {
    return inOrder(await adminOf(admins, pool).contents(pool.name))
  } catch (thrown) {
    if (!(thrown instanceof ZtpError) || thrown.code !== 'ZTP_MISSING_POOL') throw thrown
    const meant = await probablyMeant(admins, pool)
    throw meant === '' ? thrown : new ZtpError(thrown.code, `${thrown.message}${meant}`, thrown)
  }
}

/** PostgreSQL moves a row whenever it is written: its order would tell a person nothing. */
function inOrder(contents: PoolContents): PoolContents {
  if (contents.kind !== 'postgres') return contents
  const byName = (one: PoolEntryStatus, other: PoolEntryStatus) => naturally(one.key, other.key)
  return { ...contents, entries: contents.entries.toSorted(byName) }
}

/** The same name in another place first: `mgmt` where `sqlite:mgmt` was meant. */
async function probablyMeant(admins: readonly PoolAdmin[], pool: PoolName): Promise<string> {
  const known = (await Promise.all(admins.map(poolsIfAny))).flat()
  const same = known.find((each) => each.name === pool.name && each.kind !== pool.kind)
  if (same !== undefined) return `; did you mean ${poolLabel(same)}?`
  return didYouMean(poolLabel(pool), known.map(poolLabel))
}

/** A place that does not answer has nothing to suggest. */
async function poolsIfAny(admin: PoolAdmin): Promise<readonly PoolName[]> {
  try {
    return (await admin.pools()).map((name) => ({ kind: admin.kind, name }))
  } catch {
    return []
  }
}
