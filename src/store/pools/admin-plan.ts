import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import { holderKey, nodePart } from '../../resource/holder.ts'
import type { Addition, ChangedEntry, NewEntry } from '../../resource/pool-admin.ts'
import type { PoolTable } from '../../resource/pool-table.ts'

/** Who holds what of a pool. */
export type Holdings = Pick<PoolTable, 'entries' | 'holderOf' | 'keyOf'>

/** A pool by its name, as it is now. */
type NamedPool = { readonly name: string; readonly table: Holdings }

/** What a person's wish comes to in one pool; nothing is changed. */
export type Plan = (pool: NamedPool) => readonly ChangedEntry[]

/** To free entries by their keys. */
export function freeKeys(keys: readonly string[]): Plan {
  return ({ name, table }) =>
    [...new Set(keys)].flatMap((key) => {
      const from = table.holderOf(key)
      return from ? [{ pool: name, key, from, to: null }] : []
    })
}

/** To free all that a node holds. */
export function freeNode(node: string): Plan {
  return ({ name, table }) =>
    heldBy(table, node).map(({ key, holder }) => ({ pool: name, key, from: holder, to: null }))
}

/**
 * To give all that one node holds to another.
 *
 * The plan throws ZTP_DUPLICATE_HOLDER where the other has such an entry already: it would hold two,
 * and be answered the one or the other.
 */
export function reassign(from: string, to: string): Plan {
  return ({ name, table }) => {
    if (holderKey(from) === holderKey(to)) return []
    return heldBy(table, from).map(({ key, holder }) => {
      const heir = to + holder.slice(nodePart(holder).length)
      const other = table.keyOf(heir)
      if (other === undefined) return { pool: name, key, from: holder, to: heir }
      const reason = `${heir} holds ${other} of the pool '${name}' already, and cannot have ${key} of ${holder} too`
      throw new ZtpError('ZTP_DUPLICATE_HOLDER', `${reason}: free one of the two first`)
    })
  }
}

function heldBy(table: Holdings, node: string) {
  const wanted = holderKey(node)
  const found: { readonly key: string; readonly holder: string }[] = []
  for (const { key, holder } of table.entries()) {
    if (holder !== null && holderKey(nodePart(holder)) === wanted) found.push({ key, holder })
  }
  return found
}

export type AdditionPlan = Omit<Addition, 'added' | 'created'> & {
  readonly added: readonly NewEntry[]
  /** Are there and free, and get their holder. */
  readonly filled: readonly NewEntry[]
}

/**
 * @param table undefined for a pool that does not exist
 * @param fill whether entries that are there and free get the holder they come with
 */
export function planAddition(
  table: Holdings | undefined,
  entries: readonly NewEntry[],
  fill: boolean,
): AdditionPlan {
  const added = new Map<string, NewEntry>()
  const filled = new Map<string, NewEntry>()
  const present: string[] = []
  const conflicts: { readonly key: string; readonly holder: string | null }[] = []
  for (const entry of entries) {
    const { key, holder } = entry
    const before = added.get(key) ?? filled.get(key)
    const found = before === undefined ? table?.holderOf(key) : before.holder
    if (found === undefined) added.set(key, entry)
    else if (sameHolder(found, holder)) present.push(key)
    else if (fill && found === null && before === undefined) filled.set(key, entry)
    else conflicts.push({ key, holder: found })
  }
  if (conflicts.length > 0) return { added: [], filled: [], present, conflicts }
  return { added: [...added.values()], filled: [...filled.values()], present, conflicts }
}

function sameHolder(one: string | null, other: string | null): boolean {
  return one === null || other === null ? one === other : holderKey(one) === holderKey(other)
}

/** What failed after some pools were changed already, with their names. */
export function halfWay(thrown: unknown, changed: readonly ChangedEntry[]): ZtpError {
  const done = [...new Set(changed.map((each) => each.pool))].join(', ')
  const code = thrown instanceof ZtpError ? thrown.code : 'ZTP_INTERNAL'
  return new ZtpError(code, `${reasonOf(thrown)}; done already: ${done}`, thrown)
}
