import { type Diagnostic, formatDiagnostic } from '../kernel/diagnostic.ts'
import type { CheckedFile, ValidationReport } from '../provision/validate/report.ts'
import { diagnosticsOf } from '../provision/validate/report.ts'
import { severityWord } from './settings.ts'

/** How a report is shown. */
type ReportStyle = {
  /** How many diagnostics of one kind are shown of a file. */
  readonly most: number
  /** What shows the others, too. */
  readonly all: string
  /** What was looked at: `7 files`. */
  readonly of: string
}

/** The text report of a validation; its fixed words are *compat* (server.md, "Command line"). */
export function renderReport(
  report: ValidationReport,
  style: ReportStyle = {
    most: 100,
    all: '--format json',
    of: count(report.files.length, 'file'),
  },
): string {
  const lines = report.files.flatMap((each) => fileLines(each, style))
  return [...lines, '', summary(report, style.of), ''].join('\n')
}

function fileLines(
  { file, diagnostics, patterns }: CheckedFile,
  style: ReportStyle,
): readonly string[] {
  const broken = diagnostics.some((each) => each.severity === 'error')
  const lines = [`Validating ${file}...`, broken ? `ERROR: Failed to validate ${file}` : 'Ok!']
  if (patterns !== undefined && patterns.invalid > 0) {
    lines.push(`Invalid Patterns (count: ${patterns.invalid}/${patterns.total})`)
  }
  return [...lines, ...firstOfEach(diagnostics, style)]
}

/** The first diagnostics of each kind, and how many more there are. */
function firstOfEach(
  diagnostics: readonly Diagnostic[],
  { most, all }: ReportStyle,
): readonly string[] {
  const counts = new Map<string, number>()
  const shown = diagnostics.filter(({ code }) => {
    const number = (counts.get(code) ?? 0) + 1
    counts.set(code, number)
    return number <= most
  })
  const more = [...counts].flatMap(([code, number]) =>
    number > most ? [`... and ${number - most} more [${code}]; ${all} shows all`] : [],
  )
  return [...shown.flatMap(diagnosticLines), ...more]
}

/** The place and the message, then the line itself with a caret under the column. */
export function diagnosticLines(found: Diagnostic): readonly string[] {
  const about = found.pattern === undefined ? '' : ` (pattern '${found.pattern}')`
  const head = `${severityWord(found)}: ${formatDiagnostic(found)}${about} [${found.code}]`
  const { source = '', column } = found
  if (source.trim() === '' || column > source.length + 1) return [head]
  // Tabs stay tabs, so that the caret stands under its character whatever their width.
  const indent = source.slice(0, column - 1).replace(/[^\t]/g, ' ')
  return [head, `    ${source}`, `    ${indent}^`]
}

function summary(report: ValidationReport, of: string): string {
  const found = diagnosticsOf(report)
  const errors = found.filter((each) => each.severity === 'error').length
  const counts = [count(errors, 'error'), count(found.length - errors, 'warning')].join(', ')
  return `${counts} in ${of}`
}

/** `1 file`, `2 files`, `2 entries`. */
export function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : `${noun}s`.replace(/ys$/, 'ies')}`
}
