import {
  type Category,
  type CharItem,
  type CharSet,
  type CodeRange,
  NEWLINE,
  range,
} from './syntax.ts'

/** What Python's str.isspace calls white space. */
const UNICODE_SPACE = [
  range(0x09, 0x0d),
  range(0x1c, 0x20),
  range(0x85),
  range(0xa0),
  range(0x1680),
  range(0x2000, 0x200a),
  range(0x2028, 0x2029),
  range(0x202f),
  range(0x205f),
  range(0x3000),
]
const ASCII_SPACE = [range(0x09, 0x0d), range(0x20)]
const LAST = 0x10ffff

/** The ranges of `\s` or `\S`, so that both can stand in any class of any engine. */
export function spaceRanges(category: Category, ascii: boolean): readonly CodeRange[] {
  const space = ascii ? ASCII_SPACE : UNICODE_SPACE
  return category.negated ? complement(space) : space
}

function complement(ranges: readonly CodeRange[]): readonly CodeRange[] {
  const starts = [0, ...ranges.map(({ to }) => to + 1)]
  const ends = [...ranges.map(({ from }) => from - 1), LAST]
  return starts.map((from, index) => range(from, ends[index]))
}

/** The code point when the set is exactly one character, whatever its case. */
export function onlyCharacter({ items, negated }: CharSet): number | undefined {
  const [item, ...others] = items
  const single = !negated && others.length === 0 && item?.kind === 'range' && item.from === item.to
  return single ? item.from : undefined
}

/** Whether the items, before any negation, include a newline. */
export function coversNewline(items: readonly CharItem[]): boolean {
  return items.some((item) =>
    item.kind === 'range'
      ? item.from <= NEWLINE && NEWLINE <= item.to
      : (item.name === 's') !== item.negated,
  )
}

/** Whether case makes a difference to the set. */
export function hasCase({ items }: CharSet): boolean {
  return items.some((item) => {
    if (item.kind === 'category') return false
    if (item.to - item.from > 64) return true
    for (let code = item.from; code <= item.to; code += 1) {
      const text = String.fromCodePoint(code)
      if (text.toLowerCase() !== text || text.toUpperCase() !== text) return true
    }
    return false
  })
}

const UPPER = range(0x41, 0x5a)
const LOWER = range(0x61, 0x7a)
const CASE_DISTANCE = 0x20

/** The items with the other case of each ASCII letter. */
export function withAsciiCases(items: readonly CharItem[]): readonly CharItem[] {
  const others = items.flatMap((item) =>
    item.kind === 'category'
      ? []
      : [
          ...shifted(common(item, UPPER), CASE_DISTANCE),
          ...shifted(common(item, LOWER), -CASE_DISTANCE),
        ],
  )
  return [...items, ...others]
}

function common(one: CodeRange, other: CodeRange): CodeRange | undefined {
  const from = Math.max(one.from, other.from)
  const to = Math.min(one.to, other.to)
  return from <= to ? range(from, to) : undefined
}

function shifted(item: CodeRange | undefined, by: number): readonly CodeRange[] {
  return item === undefined ? [] : [range(item.from + by, item.to + by)]
}

/** Letters of ASCII that Python takes for the same as others; the engines' folding forgets some. */
const SAME_LETTERS = [
  [0x49, 0x69, 0x130, 0x131],
  [0x4b, 0x6b, 0x212a],
  [0x53, 0x73, 0x17f],
]

/** The items with all that Python, ignoring case, takes for an ASCII letter among them. */
export function withSameLetters(items: readonly CharItem[]): readonly CharItem[] {
  const covers = (code: number) =>
    items.some((item) => item.kind === 'range' && item.from <= code && code <= item.to)
  const added = SAME_LETTERS.filter((letters) => letters.some(covers)).flat()
  return [...items, ...added.map((code) => range(code))]
}
