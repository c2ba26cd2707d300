import { type Diagnostic, hasErrors, type Parsed } from '../../kernel/diagnostic.ts'
import type { NewEntry } from '../../resource/pool-admin.ts'
import { parsePool } from '../../resource/pool-file.ts'
import { reporterFor } from '../../yaml/reporter.ts'
import type { PoolFormat } from './pool-format.ts'
import { isHeader, readCsvEntries } from './read-csv-entries.ts'
import type { EntriesText, EntryReading } from './read-entry.ts'
import { readJsonEntries } from './read-json-entries.ts'

/**
 * Reads what is to be imported: CSV with a header, the JSON that `ztps pools export` writes, or a
 * pool file (YAML).
 *
 * @param file the path as the operator knows it
 * @param format undefined: told by the text itself
 * @returns the entries in their order; a key that stands there twice is an error
 */
export function readEntries(
  text: string,
  file: string,
  format: PoolFormat = formatOf(text),
): Parsed<readonly NewEntry[]> {
  if (format === 'yaml') return readPoolFile(text, file)
  const read = format === 'csv' ? readCsvEntries(text) : readJsonEntries(text)
  const report = reporterFor(text, file)
  const complain = ({ line = 1, problem }: Located): Diagnostic =>
    report({ line, column: 1 }, { code: 'ZTP_INVALID_POOL', message: problem })
  const bad = read.items.flatMap((each, at) => {
    const { problem, line } = each
    if (problem === undefined) return []
    return [line === undefined ? { problem: `entry ${at + 1}: ${problem}` } : { line, problem }]
  })
  const diagnostics = [...bad, ...keysTwice(read.items), ...read.faults].map(complain)
  const value = read.items.flatMap(({ entry }) => entry ?? [])
  return { value: hasErrors(diagnostics) ? undefined : value, diagnostics }
}

type Located = EntriesText['faults'][number]

/** Which format a text is in: a header with `key` is CSV; a list, or `{"pool": …}`, is JSON. */
export function formatOf(text: string): PoolFormat {
  const start = text.slice(0, 1000).trimStart()
  if (/^\[|^\{\s*"(?:pool|entries)"\s*:/.test(start)) return 'json'
  return isHeader(start.split(/[\r\n]/, 1)[0] ?? '') ? 'csv' : 'yaml'
}

function readPoolFile(text: string, file: string): Parsed<readonly NewEntry[]> {
  const { value, diagnostics } = parsePool(text, file)
  const entries = value?.map(({ key, holder }): NewEntry => {
    return holder === null ? { key, holder } : { key, holder, state: 'held' }
  })
  return { value: entries, diagnostics }
}

function keysTwice(items: readonly EntryReading[]): readonly Located[] {
  const places = new Map<string, string>()
  return items.flatMap(({ entry, line }, at) => {
    if (entry === undefined) return []
    const { key } = entry
    const place = line === undefined ? `entry ${at + 1}` : `line ${line}`
    const before = places.get(key)
    if (before === undefined) {
      places.set(key, place)
      return []
    }
    const problem = `${key} is ${before} already`
    return [line === undefined ? { problem: `${place}: ${problem}` } : { line, problem }]
  })
}
