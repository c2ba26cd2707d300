import { reasonOf, ZtpError } from '../kernel/errors.ts'
import { replaceEntry, setMapValues } from '../yaml/edit.ts'
import { type PoolEntry, parsePoolYaml } from './pool-file.ts'
import { createPoolIndex } from './pool-index.ts'
import { demandRange } from './pool-range.ts'
import type { PoolTable, TableEntry } from './pool-table.ts'
import { carveRanges, nextEntries } from './range-chunk.ts'

/**
 * A pool that is any YAML: a flow map, values over several lines. Good for small ones; a large one
 * is better written as lines.
 *
 * @param source the text
 * @param read what it was read as
 * @param file the path as the operator knows it
 */
export function createYamlTable(
  source: string,
  read: readonly PoolEntry[],
  file: string,
): PoolTable {
  let text = source
  let list = withoutTwins(read)
  let index = createPoolIndex(list)
  let changed = false
  const changes = new Map<string, string | null>()

  function* entries(): Iterable<TableEntry> {
    for (const { key } of list) yield { key, holder: index.holderOf(key) ?? null }
  }

  function firstFree(): string | undefined {
    for (;;) {
      const key = index.firstFree()
      if (key === undefined || !expand(key)) return key
    }
  }

  /** @returns false for an ordinary entry */
  function expand(key: string): boolean {
    try {
      const range = demandRange(key)
      if (range === undefined) return false
      const { entries: made, rest } = nextEntries(key, range, { has, entries })
      reread(replaceEntry(content(), key, rest === undefined ? made : [...made, rest]))
      return true
    } catch (thrown) {
      const { line = 1, column = 1 } = list.find((each) => each.key === key)?.place ?? {}
      throw new ZtpError(
        'ZTP_INVALID_POOL',
        `${file}:${line}:${column}: ${reasonOf(thrown)}`,
        thrown,
      )
    }
  }

  function has(key: string): boolean {
    return index.holderOf(key) !== undefined
  }

  function carve(keys: readonly string[]): readonly string[] {
    const carvings = carveRanges(keys, { has, entries })
    for (const { key, keys: made } of carvings) reread(replaceEntry(content(), key, made))
    return carvings.length === 0 ? [] : keys.filter(has)
  }

  function reread(expanded: string): void {
    const { value } = parsePoolYaml(expanded, file)
    if (value === undefined) throw new Error('the range cannot be expanded in its place')
    text = expanded
    list = withoutTwins(value)
    index = createPoolIndex(list)
    changes.clear()
    changed = true
  }

  function content(): string {
    return changes.size === 0 ? text : setMapValues(text, changes)
  }

  return {
    get size() {
      return index.size
    },
    memory: {},
    entries,
    holderOf: (key) => index.holderOf(key),
    keyOf: (holder) => index.keyOf(holder),
    prefer: (key) => index.prefer(key),
    firstFree,
    carve,
    set(key, holder) {
      if (index.holderOf(key) === undefined) return
      index.set(key, holder)
      changes.set(key, holder)
      changed = true
    },
    isChanged: () => changed,
    content: () => [Buffer.from(content())],
    clearedContent() {
      const held = [...entries()].filter(({ holder }) => holder !== null)
      const free = new Map(held.map(({ key }) => [key, null]))
      return [Buffer.from(setMapValues(text, new Map([...changes, ...free])))]
    },
    saved() {
      changed = false
    },
    isWorn: () => false,
  }
}

/** Of the entries that YAML tells apart and a pool does not, such as `1` and `'1'`, the last. */
function withoutTwins(entries: readonly PoolEntry[]): readonly PoolEntry[] {
  const last = new Map(entries.map(({ key }, position) => [key, position]))
  return entries.filter(({ key }, position) => last.get(key) === position)
}
