import { nearest } from '../../config/nearest.ts'
import type { PoolEntryStatus } from '../../resource/pool-admin.ts'

/**
 * The entry that was probably meant by one that the pool does not have: the same with or without
 * its prefix length (`10.0.0.5` for `10.0.0.5/24`), else the nearest in spelling. One address is
 * no misspelling of another.
 */
export function meantEntry(
  wanted: string,
  entries: readonly Pick<PoolEntryStatus, 'key'>[],
): string | undefined {
  const bare = withoutPrefix(wanted)
  const other = entries.find((each) => withoutPrefix(each.key) === bare)
  if (other !== undefined || ADDRESS.test(bare)) return other?.key
  return nearest(wanted, similarIn(wanted, entries))
}

const ADDRESS = /^[0-9.]+$|^[0-9a-f.]*:[0-9a-f:.]*$/

function withoutPrefix(key: string): string {
  return key.replace(/\/\d+$/, '').toLowerCase()
}

/** Of a million entries only those are compared letter by letter that are about as long. */
function* similarIn(wanted: string, entries: readonly Pick<PoolEntryStatus, 'key'>[]) {
  for (const { key } of entries) {
    if (Math.abs(key.length - wanted.length) <= 2) yield key
  }
}
