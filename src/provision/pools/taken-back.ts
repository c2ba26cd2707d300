import type { Diagnostic } from '../../kernel/diagnostic.ts'
import type { PoolAdmin, PoolEntryStatus } from '../../resource/pool-admin.ts'
import { parsePool } from '../../resource/pool-file.ts'
import { readRange } from '../../resource/pool-range.ts'
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
  const suspects = heldBut(items, await heldIn(pool, admins))
  if (suspects.length === 0) return []
  // A server may have given it out between the two looks: look again, at the file first.
  const later = await writtenIn(pool, site)
  const holders = new Map((await heldIn(pool, admins)).map((each) => [each.key, each.holder]))
  const still = heldBut(later, suspects).filter(({ key }) => holders.has(key))
  return locate(
    still.map(({ key }) => {
      const message = `${key} is free here, but ${holders.get(key)} was given it: an old copy of the file was saved, and the next allocation writes the holder back; \`ztps pools free\` frees it`
      return warningOn(itemOf(key, items), 'ZTP_STALE_POOL', message)
    }),
  )
}

type Written = Pick<PoolItem, 'key' | 'holder'>

/** Those that the file does not say to be held. */
function heldBut(
  written: readonly Written[],
  held: readonly PoolEntryStatus[],
): readonly PoolEntryStatus[] {
  const holders = new Map(written.map(({ key, holder }) => [key, holder]))
  return held.filter(({ key }) => (holders.get(key) ?? null) === null)
}

async function heldIn(
  pool: PoolName,
  admins: readonly PoolAdmin[],
): Promise<readonly PoolEntryStatus[]> {
  const { entries } = await contentsOf(admins, pool)
  return entries.filter((each) => each.holder !== null)
}

async function writtenIn({ name }: PoolName, { files }: Site): Promise<readonly Written[]> {
  const read = await files.read(`resources/${name}`)
  return read.kind === 'text' ? (parsePool(read.text, '').value ?? []) : []
}

/** Where an entry is written: itself, or the range that has it. */
function itemOf(key: string, items: readonly PoolItem[]): PoolItem {
  const item = items.find((each) => each.key === key) ?? items.find((each) => hasEntry(each, key))
  return item ?? { key, holder: null, size: 1, span: undefined }
}

function hasEntry({ key: range, size }: PoolItem, key: string): boolean {
  const reading = size > 1 ? readRange(range) : undefined
  return reading?.kind === 'range' && reading.range.covers(key) !== undefined
}
