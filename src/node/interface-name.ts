/** Which of a node's interfaces an interface pattern speaks of. */
export type LocalInterfaces =
  | { readonly kind: 'any' }
  | { readonly kind: 'none' }
  /** Normal forms, in the order written. */
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | Bad

type Bad = { readonly kind: 'bad'; readonly reason: string }

/** One interface: `Ethernet1/2` is the word Ethernet and the numbers 1 and 2. */
type Name = { readonly kind: 'name'; readonly word: string; readonly numbers: readonly number[] }

/** What one item of a list stands for: `size` interfaces counting up from `first`. */
type Span = { readonly kind: 'span'; readonly first: Name; readonly size: number }

/** One interface pattern names at most this many interfaces: more than any switch has. */
const MAX_INTERFACES = 4096

const WORDS = ['Ethernet', 'Management']
const NAME = /^([A-Za-z]*)(\d+(?:\/\d+)*)$/
const MAX_DIGITS = 6

/**
 * Reads the local side of an interface pattern: `any`, `none`, or a comma-separated list of names
 * and ranges such as `Ethernet1-2,4,6-7` or `et1/3-1/32`. White space around items is left out.
 *
 * @returns the interfaces, or which item is wrong and why
 */
export function parseLocalInterfaces(text: string): LocalInterfaces {
  const written = text.trim()
  if (written === 'any' || written === 'none') return { kind: written }
  const names: string[] = []
  let word: string | undefined
  for (const item of written.split(',').map((each) => each.trim())) {
    const span = spanOf(item, word)
    if (span.kind === 'bad') return span
    if (names.length + span.size > MAX_INTERFACES) {
      return bad(`'${item}' makes more than ${MAX_INTERFACES} interfaces`)
    }
    names.push(...namesIn(span))
    word = span.first.word
  }
  return { kind: 'names', names }
}

/**
 * The one form in which names of an interface are compared: `Et1` and `ethernet1` are `Ethernet1`.
 * Anything outside the grammar stays as it is.
 */
export function normalInterfaceName(written: string): string {
  const name = nameOf(written, undefined)
  return name.kind === 'bad' ? written : formatName(name.word, name.numbers)
}

function spanOf(item: string, wordBefore: string | undefined): Span | Bad {
  const [from = '', to, ...more] = item.split('-')
  if (more.length > 0) return bad(`'${item}' has more than one '-'`)
  const first = nameOf(from, wordBefore)
  if (to === undefined || first.kind === 'bad') {
    return first.kind === 'bad' ? within(item, from, first) : { kind: 'span', first, size: 1 }
  }
  const last = nameOf(to, first.word)
  return last.kind === 'bad' ? within(item, to, last) : rangeOf(item, first, last)
}

/** An error about one end of a range shows the range too. */
function within(item: string, end: string, { reason }: Bad): Bad {
  return bad(item === end ? reason : `${reason} (in '${item}')`)
}

function rangeOf(item: string, first: Name, last: Name): Span | Bad {
  if (last.word !== first.word) {
    return bad(`range '${item}' begins with ${first.word} and ends with ${last.word}`)
  }
  if (leading(first).join('/') !== leading(last).join('/')) {
    return bad(`range '${item}' must have the same leading numbers on both ends`)
  }
  const size = lastNumber(last) - lastNumber(first) + 1
  return size < 2 ? bad(`range '${item}' must grow`) : { kind: 'span', first, size }
}

function namesIn({ first, size }: Span): readonly string[] {
  return Array.from({ length: size }, (_, index) =>
    formatName(first.word, [...leading(first), lastNumber(first) + index]),
  )
}

function nameOf(text: string, wordBefore: string | undefined): Name | Bad {
  if (text === '') return bad('an item of the list is empty')
  const [, letters = '', digits] = NAME.exec(text) ?? []
  if (digits === undefined) {
    return bad(`'${text}' is not an interface: write Ethernet1, Ethernet1/2 or Management1`)
  }
  const word = letters === '' ? wordBefore : wordOf(letters)
  if (word === undefined) {
    return letters === ''
      ? bad(`'${text}' needs Ethernet or Management before its number`)
      : bad(`'${text}' is neither an Ethernet nor a Management interface`)
  }
  return numbersOf(text, word, digits.split('/'))
}

function wordOf(letters: string): string | undefined {
  return WORDS.find((each) => each.toLowerCase().startsWith(letters.toLowerCase()))
}

function numbersOf(text: string, word: string, parts: readonly string[]): Name | Bad {
  if (parts.length > 3) return bad(`'${text}' has more than three numbers`)
  if (parts.some((each) => each.startsWith('0'))) {
    return bad(`'${text}' has a number that begins with 0: they count from 1`)
  }
  if (parts.some((each) => each.length > MAX_DIGITS)) {
    return bad(`'${text}' has a number of more than ${MAX_DIGITS} digits`)
  }
  return { kind: 'name', word, numbers: parts.map(Number) }
}

function leading({ numbers }: Name): readonly number[] {
  return numbers.slice(0, -1)
}

function lastNumber({ numbers }: Name): number {
  return numbers.at(-1) ?? 0
}

function formatName(word: string, numbers: readonly number[]): string {
  return word + numbers.join('/')
}

function bad(reason: string): Bad {
  return { kind: 'bad', reason }
}
