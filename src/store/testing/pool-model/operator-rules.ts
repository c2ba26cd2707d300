import { nodePart } from '../../../resource/holder.ts'
import type { Handover } from './pool-command.ts'
import { type Answered, forgotten, freed, noted, type Pool, same, written } from './world.ts'
import { entries, holderIn, holderOf, withEntryAtEnd } from './written-pool.ts'

// What an operator does with a pool: `ztps pools free`, `ztps pools add`, a replacement.

type Of<T> = T & { readonly pool: string }

export function freeKey(pool: Pool, { pool: name, key }: Of<{ readonly key: string }>): Answered {
  const from = holderIn(pool.file, key)
  if (from === undefined) return { ...forgotten(pool, key), answer: { changed: [] } }
  return handOver(pool, from === null ? [] : [{ pool: name, key, from, to: null }])
}

export function freeNode(
  pool: Pool,
  { pool: name, node }: Of<{ readonly node: string }>,
): Answered {
  return handOver(
    withoutMissingOf(pool, node),
    heldBy(pool, node).map((held) => ({ pool: name, ...held, to: null })),
  )
}

type Replacement = { readonly from: string; readonly to: string }

export function reassign(
  pool: Pool,
  { pool: name, from, to }: Of<Replacement>,
  now: number,
): Answered {
  const handovers = heirs(pool, { from, to }).map((each) => ({ pool: name, ...each }))
  const { answer, ...next } = handOver(withoutMissingOf(pool, from), handovers)
  const told = handovers.reduce(
    (sum: Pool, { key, to: holder }) =>
      noted(sum, key, { holder, at: now, again: true, inUse: false }),
    next,
  )
  return { ...told, answer }
}

/** Whether the one who is to get it all has such an entry already. */
export function isRefused(pool: Pool, { from, to }: Replacement): boolean {
  const holders = entries(pool.file).map((line) => holderOf(line) ?? '')
  return heirs(pool, { from, to }).some((each) => holders.some((held) => same(held, each.to)))
}

export function addEntry(
  pool: Pool,
  { key, holder }: { readonly key: string; readonly holder: string | null },
  now: number,
): Answered {
  const there = holderIn(pool.file, key)
  if (there !== undefined) {
    const isSame = there === null || holder === null ? there === holder : same(there, holder)
    return { ...pool, answer: { added: isSame ? 'present' : 'conflict' } }
  }
  const file = withEntryAtEnd(pool.file, key, holder)
  const next = forgotten({ ...pool, file }, key)
  const told = { holder: holder ?? '', at: now, again: true, inUse: false, byHand: true }
  return { ...(holder === null ? next : noted(next, key, told)), answer: { added: 'added' } }
}

function heirs(pool: Pool, { from, to }: Replacement) {
  if (same(from, to)) return []
  return heldBy(pool, from).map(({ key, from: holder }) => ({
    key,
    from: holder,
    to: to + holder.slice(nodePart(holder).length),
  }))
}

function heldBy({ file }: Pool, node: string) {
  return entries(file).flatMap((line) => {
    const holder = holderOf(line)
    return holder && same(nodePart(holder), node) ? [{ key: line.key, from: holder }] : []
  })
}

/** What the node had where a line is missing is not to come back with it. */
function withoutMissingOf(pool: Pool, node: string): Pool {
  const missing = [...pool.told].filter(
    ([key, { holder }]) => same(nodePart(holder), node) && holderIn(pool.file, key) === undefined,
  )
  return missing.reduce((sum: Pool, [key]) => forgotten(sum, key), pool)
}

function handOver(pool: Pool, handovers: readonly Handover[]): Answered {
  const next = handovers.reduce(
    (sum: Pool, { key, to }) =>
      to === null ? freed(sum, key) : forgotten(written(sum, key, to), key),
    pool,
  )
  return { ...next, answer: { changed: handovers } }
}
