import { nearest } from '../../config/nearest.ts'
import { type CsvRecord, parseCsv } from '../../kernel/csv.ts'
import type { Diagnostic } from '../../kernel/diagnostic.ts'
import type { ErrorCode } from '../../kernel/errors.ts'
import { type Identifier, type NodeId, nodeIdFor } from '../../node/identity.ts'

/** A line of the table: a node to be made. */
export type ImportRow = {
  /** 1-based, in the file. */
  readonly line: number
  readonly id: NodeId
  /** The cells of the columns with a meaning of their own; empty ones are left out. */
  readonly cells: Readonly<Partial<Record<Meaning, string>>>
  /** The cells of all other columns, by their headings; empty ones are left out. */
  readonly attributes: ReadonlyMap<string, string>
}

export type ImportTable = {
  readonly rows: readonly ImportRow[]
  readonly diagnostics: readonly Diagnostic[]
}

export type ImportFile = {
  /** As the operator named it. */
  readonly file: string
  readonly identifier: Identifier
}

/** Columns with a meaning of their own. */
const MEANINGS = ['definition', 'startup_config', 'pattern', 'model', 'config_handler'] as const
type Meaning = (typeof MEANINGS)[number]

/** Short headings such as `ip` are near `id`, and are meant as they are. */
const TYPED_WRONG = [...MEANINGS, 'serialnumber', 'systemmac']

type Column =
  | { readonly kind: 'id' | 'nothing' }
  | { readonly kind: 'meaning'; readonly name: Meaning }
  | { readonly kind: 'attribute'; readonly name: string }

/**
 * Reads a table of nodes: CSV whose first line has the headings.
 *
 * `id`, or without it the column called like the identifier, names the node; MEANINGS are options of
 * `ztps nodes add`; every other column is an attribute, and `attributes.NAME` is the attribute NAME
 * whatever NAME is. A column without a heading, or with one that begins with `#`, is not looked at.
 *
 * @returns the rows that could be read, and all that is wrong with the others
 */
export function readImportTable(text: string, { file, identifier }: ImportFile): ImportTable {
  const diagnostics: Diagnostic[] = []
  const report = (line: number, message: string, code: ErrorCode = 'ZTP_INVALID_TABLE') =>
    void diagnostics.push(diagnosticAt({ file, line }, code, message))
  const { records, fault } = parseCsv(text)
  if (fault !== undefined) report(fault.line, fault.message)
  const [head, ...rest] = records
  if (head === undefined) {
    if (fault === undefined) report(1, 'the table is empty: its first line has the headings')
    return { rows: [], diagnostics }
  }
  const columns = columnsOf(head, identifier, report)
  if (!columns.some(({ kind }) => kind === 'id')) {
    const found = head.fields.length === 1 && /[;\t]/.test(head.fields[0] ?? '')
    const hint = found ? '; the fields are separated by commas' : ''
    report(head.line, `no column is called id or ${identifier}${hint}`)
    return { rows: [], diagnostics }
  }
  const rows = rest.filter(({ fields }) => fields.some((each) => each.trim() !== ''))
  const read = rows.map((each) => rowOf(each, { columns, identifier, report }))
  return { rows: read.filter((each) => each !== undefined), diagnostics }
}

type Report = (line: number, message: string, code?: ErrorCode) => void

function columnsOf(head: CsvRecord, identifier: Identifier, report: Report): readonly Column[] {
  const headings = head.fields.map((each) => each.trim())
  const words = headings.map((each) => each.toLowerCase().replaceAll('-', '_'))
  const idWord = words.includes('id') ? 'id' : identifier
  const seen = new Set<string>()
  return headings.map((heading, at) => {
    const column = columnOf(heading, words[at] ?? '', idWord)
    const name = 'name' in column ? `${column.kind} ${column.name}` : column.kind
    if (seen.has(name) && column.kind !== 'nothing') {
      report(head.line, `two columns are called ${heading}`)
    }
    seen.add(name)
    if (column.kind === 'attribute' && column.name === heading) {
      const meant = nearest(heading, TYPED_WRONG)
      const clear = `call it ${meant}, or attributes.${heading} for an attribute of this name`
      if (meant !== undefined && meant !== words[at]) {
        report(head.line, `the column ${heading} may be meant to be ${meant}: ${clear}`)
      }
    }
    return column
  })
}

const ATTRIBUTE = 'attributes.'

function columnOf(heading: string, word: string, idWord: string): Column {
  if (heading === '' || heading.startsWith('#')) return { kind: 'nothing' }
  if (word === idWord) return { kind: 'id' }
  const meaning = MEANINGS.find((each) => each === word)
  if (meaning !== undefined) return { kind: 'meaning', name: meaning }
  const isNamed = heading.startsWith(ATTRIBUTE) && heading.length > ATTRIBUTE.length
  return { kind: 'attribute', name: isNamed ? heading.slice(ATTRIBUTE.length) : heading }
}

type Reading = {
  readonly columns: readonly Column[]
  readonly identifier: Identifier
  readonly report: Report
}

/** @returns undefined, and a report, for a row that names no node */
function rowOf(
  { fields, line }: CsvRecord,
  { columns, identifier, report }: Reading,
): ImportRow | undefined {
  if (fields.slice(columns.length).some((each) => each.trim() !== '')) {
    report(line, `the line has ${fields.length} fields, the first line ${columns.length}`)
  }
  const cells: Partial<Record<Meaning, string>> = {}
  const attributes = new Map<string, string>()
  let word = ''
  for (const [at, column] of columns.entries()) {
    const cell = (fields[at] ?? '').trim()
    if (cell === '') continue
    if (column.kind === 'id') word = cell
    if (column.kind === 'meaning') cells[column.name] = cell
    if (column.kind === 'attribute') attributes.set(column.name, cell)
  }
  const id = nodeIdFor(word, identifier)
  if (id !== undefined) return { line, id, cells, attributes }
  if (word === '') report(line, 'the line names no node: the id is empty')
  else report(line, `'${word.slice(0, 80)}' is no node id`, 'ZTP_UNSAFE_ID')
  return undefined
}

/** An error of a line of the table. */
export function diagnosticAt(
  { file, line }: { readonly file: string; readonly line: number },
  code: ErrorCode,
  message: string,
): Diagnostic {
  return { code, severity: 'error', file, line, column: 1, message }
}
