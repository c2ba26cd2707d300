/**
 * A pool file as a person wrote it, cut into what may change and what may not. Made without the
 * product's own reader and writer, to hold them to every byte.
 */
export type WrittenPool = {
  readonly lines: readonly WrittenLine[]
  /** Before the first line: a byte-order mark, a document start. */
  readonly head: string
  readonly lineEnd: '\n' | '\r\n'
  readonly endsWithLineEnd: boolean
}

export type WrittenLine =
  /** A comment, or nothing. */
  | { readonly text: string }
  | {
      readonly key: string
      /** The key with its quotes, the colon, and the space behind. */
      readonly before: string
      /** With its quotes; may be nothing at all. */
      readonly value: string
      /** The comment behind. */
      readonly after: string
    }

export type EntryLine = Exclude<WrittenLine, { readonly text: string }>

/** Words that mark an entry as free, as the specification lists them. */
const FREE = new Set(['', '~', 'null', 'Null', 'NULL', 'false', '0', 'None', "''", '""'])

export function render({ lines, head, lineEnd, endsWithLineEnd }: WrittenPool): string {
  const texts = lines.map((line) =>
    'text' in line ? line.text : line.before + line.value + line.after,
  )
  return head + texts.join(lineEnd) + (endsWithLineEnd && texts.length > 0 ? lineEnd : '')
}

export function entries({ lines }: WrittenPool): readonly EntryLine[] {
  return lines.filter((line): line is EntryLine => !('text' in line))
}

/** @returns null for a free entry, undefined when there is no such entry */
export function holderIn(pool: WrittenPool, key: string): string | null | undefined {
  const line = entries(pool).find((each) => each.key === key)
  return line && holderOf(line)
}

export function holderOf({ value }: EntryLine): string | null {
  return FREE.has(value) ? null : value.replace(/^(['"])(.*)\1$/, '$2')
}

/** The pool with one value written as a person may write it; all else stays. */
export function withValue(pool: WrittenPool, key: string, value: string): WrittenPool {
  const lines = pool.lines.map((line) => {
    return 'text' in line || line.key !== key ? line : { ...line, ...valueIn(line, value) }
  })
  return { ...pool, lines }
}

function valueIn({ before, value, after }: EntryLine, next: string): Partial<EntryLine> {
  const bare = before.trimEnd()
  if (next === '') return { before: bare, value: '', after: before.slice(bare.length) + after }
  return { before: value === '' ? `${before} ` : before, value: next }
}

/** The pool with one value written as the server writes it. */
export function withHolder(pool: WrittenPool, key: string, holder: string | null): WrittenPool {
  return withValue(pool, key, holder === null ? 'null' : quoted(holder))
}

/** Digits in quotes, or YAML would take them for a number; other ids and labels plain. */
function quoted(holder: string): string {
  return /^\d+$/.test(holder) ? `'${holder}'` : holder
}

export function withLine(pool: WrittenPool, at: number, line: WrittenLine): WrittenPool {
  const place = at % (pool.lines.length + 1)
  return { ...pool, lines: pool.lines.toSpliced(place, 0, line) }
}

/** The pool with one more entry, as the server appends it. */
export function withEntryAtEnd(pool: WrittenPool, key: string, holder: string | null): WrittenPool {
  const last = pool.lines.at(-1)
  // Where nothing stands behind the last line's end, there is a line's beginning.
  const isOpen = !pool.endsWithLineEnd && last !== undefined && 'text' in last && last.text === ''
  const lines = isOpen ? pool.lines.slice(0, -1) : pool.lines
  const line = { key, before: `${key}: `, value: 'null', after: '' }
  return withHolder({ ...pool, lines: [...lines, line], endsWithLineEnd: true }, key, holder)
}

export function withoutEntry(pool: WrittenPool, key: string): WrittenPool {
  return { ...pool, lines: pool.lines.filter((line) => 'text' in line || line.key !== key) }
}
