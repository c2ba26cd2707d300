import type { Change, Edit, Value } from './steps.ts'
import { entries, type WrittenPool, withLine, withoutEntry, withValue } from './written-pool.ts'

/** The switches of a story: a serial number, one of digits, a MAC address. */
export const NODES = ['N1', 'N2', '00123', '001c73aabbcc'] as const

/** How a person writes the same ids. */
const SPELLINGS = ['N1', 'N2', '00123', '00:1C:73:AA:BB:CC'] as const

/**
 * The file that an editor saves.
 *
 * @param versions the pool as it was after each step, oldest first
 * @param newKey of an entry that the pool never had
 */
export function edited(
  versions: readonly WrittenPool[],
  { age, change }: Edit,
  newKey: string,
): WrittenPool {
  const base = versions.at(-1 - Math.min(age, versions.length - 1))
  if (base === undefined) throw new Error('a pool has at least one version')
  return changed(base, change, newKey)
}

function changed(base: WrittenPool, change: Change, newKey: string): WrittenPool {
  const there = entries(base)
  const chosen = 'entry' in change ? there[change.entry % there.length]?.key : undefined
  if (change.do === 'comment') return withLine(base, change.at, { text: change.text })
  if (change.do === 'add') {
    const line = { key: newKey, before: `${newKey}: `, value: 'null', after: change.comment }
    return withValue(withLine(base, change.at, line), newKey, writtenValue(change.value))
  }
  if (chosen === undefined || change.do === 'nothing') return base
  return change.do === 'set'
    ? withValue(base, chosen, writtenValue(change.value))
    : withoutEntry(base, chosen)
}

function writtenValue(value: Value): string {
  if (typeof value === 'string') return value
  return value.quote + SPELLINGS[value.node % SPELLINGS.length] + value.quote
}
