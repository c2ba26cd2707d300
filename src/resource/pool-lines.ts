import { isFreeWord } from './free.ts'
import type { PoolEntry } from './pool-file.ts'

/**
 * A pool text taken as lines, each `KEY: HOLDER # comment`: what nearly every pool is, and many times
 * faster to read and to change than YAML at large.
 */
export type PoolLines = {
  readonly lines: readonly string[]
  /** Key → its place in `lines`. */
  readonly lineOf: ReadonlyMap<string, number>
}

// Only what YAML reads just as a line reader does: everything else is left to the YAML reader.
const PLAIN = String.raw`[A-Za-z0-9](?:[A-Za-z0-9._/-]|:(?=[!-~]))*`
const QUOTED = String.raw`'[ !#-&(-~]*'|"[ !#-&(-\[\]-~]*"`
const VALUE = new RegExp(`^(?:${PLAIN}|~|${QUOTED})$`)
const COMMENT = String.raw`#[\t -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd]*`
const ENTRY = new RegExp(
  String.raw`^(${PLAIN}|${QUOTED}):(?:( +)(${PLAIN}|~|${QUOTED}))?( *| +${COMMENT})(\r?)$`,
)
const NO_ENTRY = new RegExp(String.raw`^ *(?:${COMMENT})?\r?$`)
const START = new RegExp(String.raw`^---(?: *| +${COMMENT})\r?$`)
/** Numbers that may be zero in some spelling other than `0`. */
const ODD_ZERO = /^0[0_.xb]+$/
/** What a simple key may not exceed in YAML, and more than any pool needs. */
const LONGEST_LINE = 1000

/** @returns undefined for a text that is more than such lines, or that has a key twice */
export function readPoolLines(
  text: string,
): { readonly entries: readonly PoolEntry[]; readonly lines: PoolLines } | undefined {
  const lines = text.split('\n')
  const lineOf = new Map<string, number>()
  const entries: PoolEntry[] = []
  for (const [at, line] of lines.entries()) {
    const entry = readEntry(line, at + 1)
    if (entry === undefined) {
      if (NO_ENTRY.test(line) || (entries.length === 0 && at === 0 && START.test(line))) continue
      return undefined
    }
    if (lineOf.has(entry.key)) return undefined
    lineOf.set(entry.key, at)
    entries.push(entry)
  }
  return entries.length === 0 ? undefined : { entries, lines: { lines, lineOf } }
}

function readEntry(line: string, number: number): PoolEntry | undefined {
  if (line.length > LONGEST_LINE) return undefined
  const [, key, , value = ''] = ENTRY.exec(line) ?? []
  if (key === undefined || ODD_ZERO.test(value)) return undefined
  const place = { line: number, column: 1 }
  const holder = unquoted(value)
  const free = holder === value ? isFreeWord(value) : isFreeText(holder)
  return { key: unquoted(key), holder: free ? null : holder, place }
}

function unquoted(text: string): string {
  return /^['"]/.test(text) ? text.slice(1, -1) : text
}

function isFreeText(quoted: string): boolean {
  return quoted === '' || /^[Nn]one$/.test(quoted)
}

/**
 * The lines with new holders; comments and spacing stay.
 *
 * @param values YAML text for each key
 * @returns undefined when a value is not one that a line reader understands
 */
export function changeLines(
  pool: PoolLines,
  values: ReadonlyMap<string, string>,
): PoolLines | undefined {
  const lines = [...pool.lines]
  for (const [key, value] of values) {
    const at = pool.lineOf.get(key)
    if (at === undefined) continue
    if (!VALUE.test(value)) return undefined
    lines[at] = (lines[at] ?? '').replace(
      ENTRY,
      (_line, name: string, gap: string | undefined, _old, rest: string, end: string) =>
        `${name}:${gap ?? ' '}${value}${rest}${end}`,
    )
  }
  return { ...pool, lines }
}

export function linesText({ lines }: PoolLines): string {
  return lines.join('\n')
}
