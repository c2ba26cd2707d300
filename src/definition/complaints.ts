import type { Diagnostic } from '../kernel/diagnostic.ts'
import type { YamlNode } from '../yaml/document.ts'
import { reporterFor } from '../yaml/reporter.ts'

/** Collects what is wrong with one file, with its places. */
export type Complaints = {
  readonly found: readonly Diagnostic[]
  error(at: YamlNode, message: string): void
  warning(at: YamlNode, message: string): void
}

/** @param text the file's content, for the offending line */
export function collectComplaints(file: string, text: string): Complaints {
  const found: Diagnostic[] = []
  const report = reporterFor(text, file)
  const add = (severity: Diagnostic['severity']) => (at: YamlNode, message: string) => {
    found.push(report(at.place, { code: 'ZTP_INVALID_DEFINITION', severity, message }))
  }
  return { found, error: add('error'), warning: add('warning') }
}
