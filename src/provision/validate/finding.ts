import type { Diagnostic } from '../../kernel/diagnostic.ts'
import type { Place } from '../../yaml/document.ts'
import { reporterFor } from '../../yaml/reporter.ts'

/** What is wrong at a place of a text; of which file, is not known yet. */
export type Finding = {
  readonly place: Place
  readonly severity: Diagnostic['severity']
  readonly code: string
  readonly message: string
}

export function errorAt(place: Place, code: string, message: string): Finding {
  return { place, severity: 'error', code, message }
}

export function warningAt(place: Place, code: string, message: string): Finding {
  return { place, severity: 'warning', code, message }
}

/** Findings as diagnostics of a file, each with the line it is about. */
export function inFile(
  findings: readonly Finding[],
  file: string,
  text: string,
): readonly Diagnostic[] {
  const report = reporterFor(text, file)
  return findings.map(({ place, ...problem }) => report(place, problem))
}

/** A diagnostic about a whole file, which may not even exist. */
export function aboutFile(
  file: string,
  severity: Diagnostic['severity'],
  code: string,
  message: string,
): Diagnostic {
  return { code, severity, file, line: 1, column: 1, message }
}
