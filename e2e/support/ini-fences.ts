import { readSettings } from '../../src/config/settings.ts'
import { formatDiagnostic } from '../../src/kernel/diagnostic.ts'
import { fencesIn } from './fences.ts'

/** What the server has against the `ini` blocks of a page: nothing, if it takes them all. */
export function settingsComplaints(page: string): readonly string[] {
  const blocks = fencesIn(page).filter(({ language }) => language === 'ini')
  return blocks.flatMap(({ text, line }) => {
    const { diagnostics } = readSettings({ text, file: `line ${line}`, environment: {} })
    return diagnostics.map(formatDiagnostic)
  })
}
