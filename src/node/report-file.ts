import type { Parsed } from '../kernel/diagnostic.ts'
import { parseJsonText } from './json-text.ts'
import { type NodeReport, parseReport } from './report.ts'

/** Reads a `.node` file. @param file the path as the operator knows it */
export function parseReportFile(text: string, file: string): Parsed<NodeReport> {
  const json = parseJsonText(text)
  const parsed = json.kind === 'json' ? parseReport(json.json) : json
  if (parsed.kind === 'report') return { value: parsed.report, diagnostics: [] }
  const place = { file, line: 1, column: 1 }
  const { reason: message } = parsed
  return {
    value: undefined,
    diagnostics: [{ code: 'ZTP_BAD_NODE_REPORT', severity: 'error', ...place, message }],
  }
}
