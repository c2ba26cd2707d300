import type { NodeId } from '../../node/identity.ts'
import { holderKey, nodePart } from '../../resource/holder.ts'
import type { ChangedEntry, PoolAdmin, PoolEntryStatus } from '../../resource/pool-admin.ts'
import { meantEntry } from './meant-entry.ts'
import { adminOf, contentsOf, type PoolName, poolLabel } from './pool-name.ts'

/** An entry that is to be freed, or was. */
export type FreedEntry = {
  /** The pool as an operator names it. */
  readonly pool: string
  readonly entry: string
  readonly holder: string
  readonly state: PoolEntryStatus['state']
  readonly since?: number
}

/** An entry that the pool does not have. */
export type UnknownEntry = {
  readonly entry: string
  /** The entry that was probably meant. */
  readonly meant: string | undefined
}

/** What freeing came to. Where something is unknown or refused, nothing at all was done. */
export type Freeing = {
  readonly freed: readonly FreedEntry[]
  /** Were free already. */
  readonly alreadyFree: readonly string[]
  readonly unknown: readonly UnknownEntry[]
  /** Were given out a moment ago: their holders are being provisioned with them. */
  readonly refused: readonly FreedEntry[]
}

export type FreeOptions = {
  /** ms since 1970 */
  readonly now: number
  readonly dryRun: boolean
  /** Frees what was given out a moment ago, too. */
  readonly force: boolean
}

/**
 * How long after it was given out an entry is not freed by mistake: the same hour in which an
 * editor that saves an old copy of the file does not free it (provisioning.md, "Resources").
 */
const JUST_GIVEN_MS = 3_600_000

/**
 * Frees entries of a pool by their keys.
 *
 * @throws ZtpError ZTP_MISSING_POOL, ZTP_INVALID_POOL, ZTP_STORE_FAILED
 */
export async function freeEntries(
  admins: readonly PoolAdmin[],
  pool: PoolName,
  wanted: readonly string[],
  options: FreeOptions,
): Promise<Freeing> {
  const { entries } = await contentsOf(admins, pool)
  const names = new Set(wanted)
  const found = entries.filter((each) => names.has(each.key))
  const known = new Set(found.map((each) => each.key))
  const unknown = [...names]
    .filter((name) => !known.has(name))
    .map((entry) => ({ entry, meant: meantEntry(entry, entries) }))
  const held = found.flatMap((each) => freedEntry(pool, each))
  const alreadyFree = found.filter((each) => each.holder === null).map((each) => each.key)
  return carryOut(admins, pool, { held, alreadyFree, unknown }, options)
}

/** Frees what a node holds in one pool, its labels included. */
export async function freeNodeInPool(
  admins: readonly PoolAdmin[],
  pool: PoolName,
  node: NodeId,
  options: FreeOptions,
): Promise<Freeing> {
  const held = await heldByNode(admins, pool, node)
  return carryOut(admins, pool, { held, alreadyFree: [], unknown: [] }, options)
}

/** What a node holds in a pool, its labels included. */
export async function heldByNode(
  admins: readonly PoolAdmin[],
  pool: PoolName,
  node: NodeId,
): Promise<readonly FreedEntry[]> {
  const { entries } = await contentsOf(admins, pool)
  return entries.filter((each) => isHeldBy(each, node)).flatMap((each) => freedEntry(pool, each))
}

/** Whether it is the node's, under whatever label. */
export function isHeldBy({ holder }: Pick<PoolEntryStatus, 'holder'>, node: NodeId): boolean {
  return holder !== null && holderKey(nodePart(holder)) === holderKey(node)
}

function freedEntry(pool: PoolName, { key, holder, state, since }: PoolEntryStatus): FreedEntry[] {
  if (holder === null) return []
  const freed = { pool: poolLabel(pool), entry: key, holder, state }
  return [since === undefined ? freed : { ...freed, since }]
}

type Plan = Pick<Freeing, 'alreadyFree' | 'unknown'> & { readonly held: readonly FreedEntry[] }

async function carryOut(
  admins: readonly PoolAdmin[],
  pool: PoolName,
  { held, alreadyFree, unknown }: Plan,
  { now, dryRun, force }: FreeOptions,
): Promise<Freeing> {
  const refused = force ? [] : held.filter((each) => wasJustGiven(each, now))
  if (refused.length + unknown.length > 0) return { freed: [], alreadyFree, unknown, refused }
  const keys = held.map((each) => each.entry)
  const done =
    keys.length === 0 ? [] : await adminOf(admins, pool).free(pool.name, keys, { dryRun })
  return { freed: asDone(held, done), alreadyFree, unknown, refused }
}

/** What was really freed: somebody else may have been quicker. */
function asDone(
  planned: readonly FreedEntry[],
  done: readonly ChangedEntry[],
): readonly FreedEntry[] {
  const holders = new Map(done.map(({ key, from }) => [key, from]))
  return planned.flatMap((each) => {
    const holder = holders.get(each.entry)
    return holder === undefined ? [] : [{ ...each, holder }]
  })
}

/** Whether the node that holds it is, by all signs, at work with it. */
export function wasJustGiven({ since }: Pick<FreedEntry, 'since'>, now: number): boolean {
  return since !== undefined && now - since < JUST_GIVEN_MS
}
