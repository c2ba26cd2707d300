import { reasonOf, ZtpError } from '../kernel/errors.ts'
import { replaceEntry, setMapValues } from '../yaml/edit.ts'
import { type PoolEntry, parsePoolYaml } from './pool-file.ts'
import { createPoolIndex, type PoolIndex } from './pool-index.ts'
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
  let state = stateOf(source, read)
  let changed = false
  const has = (key: string) => state.index.holderOf(key) !== undefined
  const around = { has, entries: () => entriesOf(state) }

  /** Makes entries of a free range. @returns false for an ordinary entry */
  function expand(key: string): boolean {
    try {
      const range = demandRange(key)
      if (range === undefined) return false
      const { entries, rest } = nextEntries(key, range, around)
      replace(key, rest === undefined ? entries : [...entries, rest])
      return true
    } catch (thrown) {
      const { line = 1, column = 1 } = state.list.find((each) => each.key === key)?.place ?? {}
      const place = `${file}:${line}:${column}`
      throw new ZtpError('ZTP_INVALID_POOL', `${place}: ${reasonOf(thrown)}`, thrown)
    }
  }

  function replace(key: string, keys: readonly string[]): void {
    const text = replaceEntry(textOf(state), key, keys)
    const { value } = parsePoolYaml(text, file)
    if (value === undefined) throw new Error('the range cannot be expanded in its place')
    state = stateOf(text, value)
    changed = true
  }

  return {
    get size() {
      return state.index.size
    },
    memory: {},
    entries: around.entries,
    holderOf: (key) => state.index.holderOf(key),
    keyOf: (holder) => state.index.keyOf(holder),
    prefer: (key) => state.index.prefer(key),
    firstFree() {
      for (;;) {
        const key = state.index.firstFree()
        if (key === undefined || !expand(key)) return key
      }
    },
    carve(keys) {
      const carvings = carveRanges(keys, around)
      for (const { key, keys: made } of carvings) replace(key, made)
      return carvings.length === 0 ? [] : keys.filter(has)
    },
    set(key, holder) {
      if (!has(key)) return
      state.index.set(key, holder)
      state.changes.set(key, holder)
      changed = true
    },
    isChanged: () => changed,
    content: () => [Buffer.from(textOf(state))],
    clearedContent: () => [Buffer.from(clearedTextOf(state))],
    saved() {
      changed = false
    },
    isWorn: () => false,
  }
}

/** The text as it was read, and what has changed since. */
type YamlState = {
  readonly text: string
  readonly list: readonly PoolEntry[]
  readonly index: PoolIndex
  readonly changes: Map<string, string | null>
}

function stateOf(text: string, read: readonly PoolEntry[]): YamlState {
  const list = withoutTwins(read)
  return { text, list, index: createPoolIndex(list), changes: new Map() }
}

function* entriesOf({ list, index }: YamlState): Iterable<TableEntry> {
  for (const { key } of list) yield { key, holder: index.holderOf(key) ?? null }
}

function textOf({ text, changes }: YamlState): string {
  return changes.size === 0 ? text : setMapValues(text, changes)
}

function clearedTextOf(state: YamlState): string {
  const held = [...entriesOf(state)].filter(({ holder }) => holder !== null)
  const free = new Map(held.map(({ key }) => [key, null]))
  return setMapValues(state.text, new Map([...state.changes, ...free]))
}

/** Of the entries that YAML tells apart and a pool does not, such as `1` and `'1'`, the last. */
function withoutTwins(entries: readonly PoolEntry[]): readonly PoolEntry[] {
  const last = new Map(entries.map(({ key }, position) => [key, position]))
  return entries.filter(({ key }, position) => last.get(key) === position)
}
