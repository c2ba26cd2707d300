import { ZtpError } from '../kernel/errors.ts'
import { DEFAULT_LIMITS } from './limits.ts'
import { keyText } from './pool-lines.ts'
import { scalarText } from './quoting.ts'
import { type Replacement, replaceSpans } from './replace-spans.ts'
import { reporterFor } from './reporter.ts'
import { YamlFault } from './syntax/fault.ts'
import { Problems } from './syntax/problems.ts'
import { readDocument } from './syntax/read-document.ts'
import type { RootEntry } from './syntax/reading.ts'

/**
 * Changes values of a text's root map and leaves every other byte as it is: comments, order,
 * quoting, line ends.
 *
 * @param changes key, as written but without quotes, to the new value; null is written `null`, a
 *   text plain when it reads back as that text and quoted otherwise. Of duplicate keys the last,
 *   which is the one that counts, is changed.
 * @throws ZtpError ZTP_INVALID_POOL when the text cannot be read, has not got a key at the root, or
 *   a value to change has an anchor, which other values may refer to
 */
export function setMapValues(text: string, changes: ReadonlyMap<string, string | null>): string {
  const entries = rootEntries(text)
  const places = new Map(entries.map((entry) => [entry.key.text, entry]))
  const replacements = [...changes].map(([key, value]) => {
    const entry = places.get(key)
    if (entry === undefined) throw unchangeable(key, 'the file itself has no such key')
    return replacementOf(text, entry, value === null ? 'null' : scalarText(value))
  })
  replacements.sort((a, b) => a.start - b.start)
  return replaceSpans(text, replacements)
}

/**
 * Puts other entries in the place of one of the root map, each with the value that it has: on lines
 * of their own, below the comment of the line, or within `{ }`. Every other byte stays.
 *
 * @param keys without quotes; they are written so that they read back as text
 * @throws ZtpError ZTP_INVALID_POOL when the way the entry is written does not let it be repeated
 */
export function replaceEntry(text: string, key: string, keys: readonly string[]): string {
  const entry = rootEntries(text).findLast((each) => each.key.text === key)
  const span = entry && simpleSpan(text, entry)
  if (entry === undefined || span === undefined) {
    const reason = `${key} cannot be expanded as it is written: give it a line \`KEY: null\``
    throw new ZtpError('ZTP_INVALID_POOL', reason)
  }
  const value = text.slice(entry.keyEnd, span.end)
  const replacement =
    entry.column === undefined ? inFlow(text, span, keys, value) : onLines(text, span, keys, value)
  return replaceSpans(text, [replacement])
}

type Span = Pick<Replacement, 'start' | 'end'>

function inFlow(
  text: string,
  { start, end }: Span,
  keys: readonly string[],
  value: string,
): Replacement {
  const written = keys.map((each) => scalarText(each) + value).join(', ')
  if (written !== '') return { start, end, text: written }
  const comma = /\s*,\s*/y
  comma.lastIndex = end
  return comma.test(text)
    ? { start, end: comma.lastIndex, text: '' }
    : { start: start - (/,\s*$/.exec(text.slice(0, start))?.[0].length ?? 0), end, text: '' }
}

function onLines(
  text: string,
  { start, end }: Span,
  keys: readonly string[],
  value: string,
): Replacement {
  const indent = /[^\r\n]*$/.exec(text.slice(0, start))?.[0] ?? ''
  const [, tail = '', newline = ''] = /^([^\r\n]*)(\r?\n)?/.exec(text.slice(end)) ?? []
  const comment = tail.trim() === '' ? [] : [tail.trim()]
  const lines = [...comment, ...keys.map((each) => keyText(each) + value)]
  const written = lines.map((each) => indent + each).join(newlineOf(text))
  return {
    start: start - indent.length,
    end: end + tail.length + newline.length,
    text: written === '' ? '' : written + newline,
  }
}

/** The whole entry, if it is on one line, alone there unless in `{ }`, without tags and anchors. */
function simpleSpan(
  text: string,
  { key, keyEnd, colonEnd, start, end, column }: RootEntry,
): Span | undefined {
  const quotes = key.plain ? 0 : 1
  const from = keyEnd - key.text.length - 2 * quotes
  if (text.slice(from + quotes, keyEnd - quotes) !== key.text) return undefined
  const to = start === end ? (colonEnd ?? keyEnd) : end
  if (/[\r\n&*!]/.test(text.slice(from, to))) return undefined
  const before = /[^\r\n]*$/.exec(text.slice(0, from))?.[0] ?? ''
  const isAlone = column === undefined || (before.trim() === '' && colonEnd !== undefined)
  return isAlone ? { start: from, end: to } : undefined
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}

function unchangeable(key: string, why: string): ZtpError {
  return new ZtpError('ZTP_INVALID_POOL', `the value of ${key} cannot be changed: ${why}`)
}

function rootEntries(text: string): readonly RootEntry[] {
  const entries: RootEntry[] = []
  const problems = new Problems(reporterFor(text, ''))
  try {
    const root = readDocument(text, problems, DEFAULT_LIMITS, entries)
    return root.kind === 'map' ? entries : []
  } catch (thrown) {
    if (!(thrown instanceof YamlFault)) throw thrown
    const message = `line ${thrown.place.line}: ${thrown.message}`
    throw new ZtpError('ZTP_INVALID_POOL', message, thrown)
  }
}

function replacementOf(text: string, entry: RootEntry, value: string): Replacement {
  const { keyEnd, colonEnd, start, end, column } = entry
  if (/^(?:!\S*\s+)?&/.test(text.slice(start, end))) {
    throw unchangeable(entry.key.text, 'it has an anchor (&)')
  }
  if (colonEnd === undefined) return missingColon(text, keyEnd, column, value)
  if (start === end) return { start: colonEnd, end: colonEnd, text: ` ${value}` }
  return isTooShallow(text.slice(colonEnd, start), column)
    ? { start: colonEnd, end, text: ` ${value}` }
    : { start, end, text: value }
}

/** The value of a key without a colon: `{a, b}`, or `? a` on a line of its own. */
function missingColon(
  text: string,
  at: number,
  column: number | undefined,
  value: string,
): Replacement {
  if (column === undefined) return { start: at, end: at, text: `: ${value}` }
  const lineEnd = /[^\r\n\x85\u2028\u2029]*/y
  lineEnd.lastIndex = at
  const start = at + (lineEnd.exec(text)?.[0].length ?? 0)
  const newline = text.startsWith('\r\n', start) ? '\r\n' : '\n'
  return { start, end: start, text: `${newline}${' '.repeat(column)}: ${value}` }
}

/** Whether a list stands in its map's own column, below the key, where no scalar may. */
function isTooShallow(gap: string, column: number | undefined): boolean {
  const lines = gap.split(/\r\n|[\r\n\x85\u2028\u2029]/)
  return column !== undefined && lines.length > 1 && (lines.at(-1) ?? '').length <= column
}
