/** A record of a CSV text. */
export type CsvRecord = {
  readonly fields: readonly string[]
  /** Where it begins, 1-based. */
  readonly line: number
}

/** What was read of a CSV text, up to the fault if there is one. */
export type CsvText = {
  readonly records: readonly CsvRecord[]
  /** The first thing that is no CSV; nothing after it is read. */
  readonly fault?: { readonly line: number; readonly message: string }
}

/** A field, with or without quotes, and what ends it. */
const FIELD = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y

/**
 * Reads CSV (RFC 4180): fields separated by commas, in double quotes where they hold a comma, a
 * quote (doubled) or a line end. Lines may end in CR LF, LF or CR; empty ones are left out, and so
 * is a byte-order mark.
 */
export function parseCsv(text: string): CsvText {
  const records: CsvRecord[] = []
  let fields: string[] = []
  let at = text.startsWith('\ufeff') ? 1 : 0
  let line = 1
  let start = 1
  while (at < text.length || fields.length > 0) {
    FIELD.lastIndex = at
    const found = FIELD.exec(text)
    if (found === null) return { records, fault: { line, message: faultAt(text, at) } }
    const [whole, quoted, plain = '', end] = found
    fields.push(quoted?.replaceAll('""', '"') ?? plain)
    at += whole.length
    line += lineEnds(whole)
    if (end === ',') continue
    if (fields.length > 1 || whole !== end) records.push({ fields, line: start })
    fields = []
    start = line
  }
  return { records }
}

function faultAt(text: string, at: number): string {
  return text[at] === '"'
    ? 'a field in double quotes ends with a quote, and then comes a comma or the end of the line; a quote inside is doubled'
    : 'a double quote stands inside a field: put the whole field into double quotes, and double the quote'
}

function lineEnds(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0
}

/** A record as a line that parseCsv reads back as the same fields. */
export function csvLine(fields: readonly string[]): string {
  // A line of one empty field would be an empty line.
  return fields.length === 1 && fields[0] === '' ? '""\n' : `${fields.map(csvField).join(',')}\n`
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
