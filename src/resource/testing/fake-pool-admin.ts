import { ZtpError } from '../../kernel/errors.ts'
import { holderKey, nodePart } from '../holder.ts'
import type {
  Addition,
  ChangedEntry,
  NewEntry,
  PoolAdmin,
  PoolEntryStatus,
  PoolKind,
} from '../pool-admin.ts'

/** Pools of one place in memory, with their entries to look at. */
export type FakePoolAdmin = PoolAdmin & { entries(pool: string): readonly PoolEntryStatus[] }

type Options = {
  readonly kind?: PoolKind
  /** Sentences of the place itself, by pool. */
  readonly warnings?: Readonly<Record<string, readonly string[]>>
}

/** An entry that nobody holds. */
export function freeEntry(key: string, size = 1): PoolEntryStatus {
  return { key, size, state: 'free', holder: null }
}

/** An entry that a node holds. */
export function heldEntry(
  key: string,
  holder: string,
  state: 'reserved' | 'in use' | 'held' = 'held',
  since?: number,
): PoolEntryStatus {
  return { key, size: 1, state, holder, ...(since === undefined ? {} : { since }) }
}

/** @param contents pool → its entries in the order of allocation */
export function fakePoolAdmin(
  contents: Readonly<Record<string, readonly PoolEntryStatus[]>>,
  { kind = 'file', warnings = {} }: Options = {},
): FakePoolAdmin {
  const pools = new Map(Object.entries(contents).map(([name, entries]) => [name, [...entries]]))

  function demand(pool: string): PoolEntryStatus[] {
    const entries = pools.get(pool)
    if (entries !== undefined) return entries
    throw new ZtpError('ZTP_MISSING_POOL', `there is no ${kind} pool ${pool}`)
  }

  /** Gives the entries that somebody holds, and that `wanted` names, to another. */
  function give(
    pool: string,
    wanted: (entry: PoolEntryStatus) => boolean,
    to: (from: string) => string | null,
    dryRun: boolean,
  ): readonly ChangedEntry[] {
    const entries = demand(pool)
    return entries.flatMap((entry, at) => {
      const { key, holder: from } = entry
      if (from === null || !wanted(entry)) return []
      const next = to(from)
      if (!dryRun) entries[at] = next === null ? freeEntry(key) : { ...entry, holder: next }
      return [{ pool, key, from, to: next }]
    })
  }

  function giveOfNode(node: string, to: (from: string) => string | null, dryRun: boolean) {
    const isTheirs = ({ holder }: PoolEntryStatus) =>
      holder !== null && holderKey(nodePart(holder)) === holderKey(node)
    return [...pools.keys()].flatMap((pool) => give(pool, isTheirs, to, dryRun))
  }

  return {
    kind,
    entries: demand,
    pools: async () => [...pools.keys()].sort(),
    contents: async (name) => ({
      kind,
      name,
      entries: demand(name),
      warnings: warnings[name] ?? [],
    }),
    async add(pool, wanted, { dryRun, fill = false }) {
      const there = pools.get(pool) ?? []
      const known = new Map(there.map((entry) => [entry.key, entry]))
      const addition = sortOut(known, wanted, fill)
      const created = !pools.has(pool) && addition.conflicts.length === 0
      if (!dryRun && addition.conflicts.length === 0) {
        for (const entry of wanted) {
          if (addition.added.includes(entry.key)) known.set(entry.key, statusOf(entry))
        }
        pools.set(pool, [...known.values()])
      }
      return { ...addition, created }
    },
    free: async (pool, keys, { dryRun }) =>
      give(
        pool,
        (entry) => keys.includes(entry.key),
        () => null,
        dryRun,
      ),
    freeNode: async (node, { dryRun }) => giveOfNode(node, () => null, dryRun),
    reassign: async (from, to, { dryRun }) =>
      giveOfNode(from, (holder) => to + holder.slice(nodePart(holder).length), dryRun),
    async close() {},
  }
}

function sortOut(
  known: ReadonlyMap<string, PoolEntryStatus>,
  wanted: readonly NewEntry[],
  fill: boolean,
): Omit<Addition, 'created'> {
  const added: string[] = []
  const present: string[] = []
  const conflicts: { readonly key: string; readonly holder: string | null }[] = []
  for (const { key, holder } of wanted) {
    const found = known.get(key)
    if (found === undefined || (fill && found.holder === null && holder !== null)) added.push(key)
    else if (found.holder === holder) present.push(key)
    else conflicts.push({ key, holder: found.holder })
  }
  return { added: conflicts.length > 0 ? [] : added, present, conflicts }
}

function statusOf({ key, holder, state = 'reserved', since }: NewEntry): PoolEntryStatus {
  return holder === null ? freeEntry(key) : heldEntry(key, holder, state, since)
}

/** A place that does not answer: a database that is down. */
export function brokenPoolAdmin(kind: PoolKind, reason: string): PoolAdmin {
  const fail = async () => {
    throw new ZtpError('ZTP_STORE_FAILED', reason)
  }
  return {
    kind,
    pools: fail,
    contents: fail,
    add: fail,
    free: fail,
    freeNode: fail,
    reassign: fail,
    async close() {},
  }
}
