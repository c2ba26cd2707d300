import type { Diagnostic } from '../../kernel/diagnostic.ts'
import type { PoolAdmin, PoolEntryStatus } from '../../resource/pool-admin.ts'
import { parsePool } from '../../resource/pool-file.ts'
import type { CheckedPool } from '../validate/pools/checked-pool.ts'
import { type PoolItem, warningOn } from '../validate/pools/pool-item.ts'
import type { Site } from '../validate/site.ts'
import { contentsOf, type PoolName } from './pool-name.ts'

type Place = { readonly site: Site; readonly admins: readonly PoolAdmin[] }

/**
 * Entries that are free in the file, and that the server gave to a node all the same: somebody
 * saved an old copy, and the next allocation writes the holder back (provisioning.md, "Resources").
 */
export async function takenBack(
  { pool, items, locate }: CheckedPool,
  { site, admins }: Place,
): Promise<readonly Diagnostic[]> {
  const free = items.filter((each) => each.holder === null)
  const suspects = heldAmong(free, await holdersOf(pool, admins))
  if (suspects.length === 0) return []
  // A server may have given it out between the two looks: look again, at the file first.
  const keys = await freeKeys(pool, site)
  const still = suspects.filter((each) => keys.has(each.key))
  const holders = await holdersOf(pool, admins)
  return locate(
    heldAmong(still, holders).map((item) => {
      const message = `${item.key} is free here, but ${holders.get(item.key)} was given it: an old copy of the file was saved, and the next allocation writes the holder back; \`ztps pools free\` frees it`
      return warningOn(item, 'ZTP_STALE_POOL', message)
    }),
  )
}

type Holders = ReadonlyMap<string, PoolEntryStatus['holder']>

function heldAmong(items: readonly PoolItem[], holders: Holders): readonly PoolItem[] {
  return items.filter(({ key }) => (holders.get(key) ?? null) !== null)
}

async function holdersOf(pool: PoolName, admins: readonly PoolAdmin[]): Promise<Holders> {
  const { entries } = await contentsOf(admins, pool)
  return new Map(entries.map(({ key, holder }) => [key, holder]))
}

async function freeKeys({ name }: PoolName, { files }: Site): Promise<ReadonlySet<string>> {
  const read = await files.read(`resources/${name}`)
  const entries = read.kind === 'text' ? (parsePool(read.text, '').value ?? []) : []
  return new Set(entries.flatMap(({ key, holder }) => (holder === null ? [key] : [])))
}
