import type { PoolTable, RowId } from './dialect.ts'
import { type EntryRow, freeRows, type Locking, rowsWithKeys } from './rows.ts'
import type { Db } from './tables.ts'

/** An entry to give out: all the rows that have its key. */
export type FreeEntry = Pick<EntryRow, 'key' | 'value'> & { readonly ids: readonly RowId[] }

type Asking = { readonly db: Db; readonly pool: PoolTable; readonly locksRows: boolean }

/**
 * The first free entries, in the order of allocation, ready to be changed.
 *
 * A key that stands in several rows is one entry, held as soon as one of them is. Rows that another
 * program has locked are passed by, as long as there are others: one change of a table without an
 * index locks all of it.
 *
 * @param count how many are wanted; fewer come back when there are no more
 */
export async function freeEntries(asking: Asking, count: number): Promise<readonly FreeEntry[]> {
  if (count === 0) return []
  const found = await firstFree(asking, count, 'pass by')
  if (found.length === count || !asking.locksRows) return found
  const all = await firstFree(asking, count, 'none')
  return all.length === found.length ? found : firstFree(asking, count, 'wait')
}

async function firstFree(
  asking: Asking,
  count: number,
  locking: Locking,
): Promise<readonly FreeEntry[]> {
  const { uniqueKeys } = asking.pool
  for (let most = uniqueKeys ? count : 2 * count; ; most *= 2) {
    const { rows, more } = await freeRows(asking, most, locking)
    const entries = uniqueKeys ? rows.map(only) : await wholeEntries(asking, rows)
    if (entries.length >= count || !more) return entries.slice(0, count)
  }
}

function only({ id, key, value }: EntryRow): FreeEntry {
  return { key, value, ids: [id] }
}

/** Of free rows the entries that are free altogether. */
async function wholeEntries(
  asking: Asking,
  free: readonly EntryRow[],
): Promise<readonly FreeEntry[]> {
  const keys = [...new Set(free.map((row) => row.key))]
  const rows = await rowsWithKeys(asking, keys, 'look')
  const ids = new Map<string, RowId[]>(keys.map((key) => [key, []]))
  for (const { id, key, holder } of rows) {
    if (holder === null) ids.get(key)?.push(id)
    else ids.delete(key)
  }
  const values = new Map(free.map((row) => [row.key, row.value]))
  return [...ids].map(([key, all]) => ({ key, value: values.get(key) ?? key, ids: all }))
}
