import { type CsvRecord, parseCsv } from '../../kernel/csv.ts'
import { COLUMNS } from './pool-format.ts'
import { type EntriesText, type EntryReading, readEntry } from './read-entry.ts'

/** Reads CSV with a header: `key`, and `holder`, `state` and `since` where there are any. */
export function readCsvEntries(text: string): EntriesText {
  const { records, fault } = parseCsv(text)
  const [header, ...rows] = records
  if (header === undefined)
    return { items: [], faults: fault === undefined ? [] : [asFault(fault)] }
  const names = columnNames(header.fields)
  const problem = headerProblem(names)
  if (problem !== undefined) return { items: [], faults: [{ line: header.line, problem }] }
  const items = rows.map((row) => readRow(names, row))
  return { items, faults: fault === undefined ? [] : [asFault(fault)] }
}

/** Whether the first line of a text is a header with `key`, commas or semicolons between. */
export function isHeader(line: string): boolean {
  const commas = line.replaceAll(';', ',')
  return columnNames(parseCsv(commas).records[0]?.fields ?? []).includes('key')
}

/** What the columns of ZTPServer's tables are called is understood too. */
const SYNONYMS: Readonly<Record<string, string>> = { node_id: 'holder', node: 'holder' }

function columnNames(fields: readonly string[]): readonly string[] {
  const names = fields.map((each) => each.trim().toLowerCase())
  return names.map((each) => SYNONYMS[each] ?? each)
}

function headerProblem(names: readonly string[]): string | undefined {
  const strange = names.find((each) => !COLUMNS.includes(each))
  if (strange === undefined && names.includes('key')) return undefined
  const what = strange === undefined ? 'the header lacks key' : `there is no column '${strange}'`
  if (strange?.includes(';')) return `${what}: columns are separated by commas, not by semicolons`
  return `${what}: the columns are ${COLUMNS.join(', ')}, and key is the one that is needed`
}

function readRow(names: readonly string[], { fields, line }: CsvRecord): EntryReading {
  if (fields.length > names.length) {
    return { line, problem: `${fields.length} fields stand under ${names.length} columns` }
  }
  const field = (name: string) => fields[names.indexOf(name)] ?? ''
  const reading = readEntry({
    key: field('key'),
    holder: field('holder').trim(),
    state: field('state').trim(),
    since: field('since').trim(),
  })
  return { line, ...reading }
}

function asFault({ line, message }: { readonly line: number; readonly message: string }) {
  return { line, problem: message }
}
