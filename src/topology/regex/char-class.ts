import { codeOf, readClassEscape } from './escape.ts'
import type { Scanner } from './scanner.ts'
import { type CharItem, range } from './syntax.ts'

/** Reads a class; its `[` is consumed already. */
export function readClass(scanner: Scanner): {
  readonly negated: boolean
  readonly items: readonly CharItem[]
} {
  const from = scanner.position - 1
  const negated = scanner.accept('^')
  const items: CharItem[] = []
  // Python takes a `]` that comes first as a character.
  while (items.length === 0 || !scanner.accept(']')) {
    const low = readItem(scanner, from)
    if (!scanner.accept('-')) {
      items.push(low)
    } else if (scanner.accept(']')) {
      return { negated, items: [...items, low, range(codeOf('-'))] }
    } else {
      items.push(rangeOf(scanner, low, readItem(scanner, from)))
    }
  }
  return { negated, items }
}

function readItem(scanner: Scanner, from: number): CharItem {
  if (scanner.atEnd) scanner.fail('unterminated character class', from)
  return scanner.accept('\\') ? readClassEscape(scanner) : range(codeOf(scanner.take()))
}

function rangeOf(scanner: Scanner, low: CharItem, high: CharItem): CharItem {
  if (low.kind !== 'range' || high.kind !== 'range') scanner.fail('bad character range')
  if (high.to < low.from) scanner.fail('character range that runs backwards')
  return range(low.from, high.to)
}
