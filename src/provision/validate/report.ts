import type { Diagnostic } from '../../kernel/diagnostic.ts'

/** One file, and all that was found in it. */
export type CheckedFile = {
  /** The path as the operator knows it. */
  readonly file: string
  readonly diagnostics: readonly Diagnostic[]
  /** Of a neighbordb: how many patterns it has, and how many of them are invalid. */
  readonly patterns?: { readonly invalid: number; readonly total: number }
}

/** Files in a fixed order; the diagnostics of each in the order of its lines. */
export type ValidationReport = { readonly files: readonly CheckedFile[] }

/** All diagnostics of a report, in its order. */
export function diagnosticsOf(report: ValidationReport): readonly Diagnostic[] {
  return report.files.flatMap((each) => each.diagnostics)
}

/** A file and what was found in it, by line; what is said twice of one place is said once. */
export function checkedFile(file: string, diagnostics: readonly Diagnostic[]): CheckedFile {
  const seen = new Set<string>()
  const distinct = diagnostics.filter(({ code, line, column, message }) => {
    const key = JSON.stringify([code, line, column, message])
    return !seen.has(key) && seen.add(key)
  })
  return { file, diagnostics: distinct.sort(byPlace) }
}

function byPlace(one: Diagnostic, other: Diagnostic): number {
  return one.line - other.line || one.column - other.column
}
