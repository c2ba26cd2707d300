import type { Settings } from '../config/options.ts'
import { hasErrors } from '../kernel/diagnostic.ts'
import { ZtpError } from '../kernel/errors.ts'
import { diagnosticsOf, type ValidationReport } from '../provision/validate/report.ts'
import { validateDataRoot, validateNeighbordb } from '../provision/validate/validate-data-root.ts'
import { type CliCall, type CliCommand, jsonText } from './command.ts'
import type { CliDeps } from './deps.ts'
import { renderReport } from './report-text.ts'
import { dataRootOf, settingsOf } from './settings.ts'

type Format = 'text' | 'json'

/**
 * Validates and prints the report.
 *
 * @param path a data directory or a neighbordb file; undefined for the configured data_root
 * @returns 1 when there is an error, or the settings cannot be read
 */
export async function validate(
  path: string | undefined,
  format: Format,
  { flags, io, deps }: CliCall,
): Promise<number> {
  const settings = await settingsOf(flags, io, deps)
  if (settings === undefined) return 1
  const report =
    path === undefined
      ? await validateDataRoot(await dataRootOf(settings, deps), settings)
      : await reportOn(path, settings, deps)
  io.stdout.write(format === 'json' ? renderJson(report) : renderReport(report))
  return hasErrors(diagnosticsOf(report)) ? 1 : 0
}

async function reportOn(
  path: string,
  settings: Settings,
  deps: CliDeps,
): Promise<ValidationReport> {
  switch (await deps.kindOf(path)) {
    case 'folder':
      return validateDataRoot(deps.dataFiles(path), settings)
    case 'file':
      return reportOnFile(path, settings, deps)
    case 'absent':
      throw new ZtpError(
        'ZTP_BAD_DATA_ROOT',
        `${path} does not exist: name a data directory or a neighbordb file`,
      )
  }
}

/** A neighbordb belongs to the definitions beside it, else to the configured data directory. */
async function reportOnFile(
  path: string,
  settings: Settings,
  deps: CliDeps,
): Promise<ValidationReport> {
  const beside = path.includes('/') ? path.replace(/\/[^/]*$/, '') || '/' : '.'
  const hasDefinitions = (await deps.kindOf(`${beside}/definitions`)) === 'folder'
  const root = hasDefinitions ? beside : settings.dataRoot
  const files = (await deps.kindOf(root)) === 'folder' ? deps.dataFiles(root) : undefined
  return validateNeighbordb({ file: path, text: await deps.readText(path) }, settings, files)
}

/** The report for programs. */
export function renderJson(report: ValidationReport): string {
  const diagnostics = diagnosticsOf(report).map(
    ({ code, severity, file, line, column, message, pattern }) => ({
      code,
      severity,
      file,
      line,
      column,
      message,
      ...(pattern === undefined ? {} : { pattern }),
    }),
  )
  return jsonText({ diagnostics })
}

export const validateCommand: CliCommand = {
  name: 'validate',
  summary: 'find everything that is wrong in a data directory',
  about: [
    'Checks neighbordb, definitions, resources, nodes and the bootstrap files: their form, and whether all that they mention exists. Each problem is shown with file, line and column, the line itself and what would be right.',
    'A single file is checked as a neighbordb; its definitions are looked for beside it, or else in the configured data directory.',
    'Exit status 1 when there is an error; warnings alone leave it 0.',
  ],
  arguments: [
    {
      name: '[PATH]',
      help: 'a data directory or a neighbordb file; without it, data_root of the configuration',
    },
  ],
  options: [
    {
      flags: '--format <FORMAT>',
      help: 'how to report',
      choices: ['text', 'json'],
      default: 'text',
    },
  ],
  examples: [
    { line: 'ztps validate', does: 'check the configured data directory' },
    { line: 'ztps validate ./data-root', does: 'check another one, in a repository for example' },
    { line: 'ztps validate --format json new-neighbordb', does: 'check one file, for a program' },
  ],
  run: (call) =>
    validate(call.words[0], call.options.text('format') === 'json' ? 'json' : 'text', call),
}
