import type { Diagnostic } from '../../kernel/diagnostic.ts'
import { parseJsonText } from '../../node/json-text.ts'
import { parseReport } from '../../node/report.ts'
import { aboutFile } from './finding.ts'

/** Whether `.node` is what the server itself writes. */
export function checkNodeReport(text: string, file: string): readonly Diagnostic[] {
  const parsed = parseJsonText(text)
  const report = parsed.kind === 'json' ? parseReport(parsed.json) : parsed
  if (report.kind !== 'bad') return []
  const message = `${report.reason}; remove the file: it is written anew when the node next boots`
  return [aboutFile(file, 'error', 'ZTP_BAD_NODE_REPORT', message)]
}
