import { posix } from 'node:path'
import { hasErrors } from '../../kernel/diagnostic.ts'
import { type ImportOutcome, importNodes } from '../../provision/nodes/import-nodes.ts'
import { type CliCall, type CliCommand, DRY_RUN_OPTION, JSON_OPTION, jsonText } from '../command.ts'
import { count, diagnosticLines } from '../report-text.ts'
import { atDesk } from './at-desk.ts'
import { fileNames, givenFile, preparePorts, readyJson } from './new-node.ts'

/** `ztps nodes import FILE.csv`. */
async function importTable(call: CliCall): Promise<number> {
  const { words, options, io, deps } = call
  const [path = '-'] = words
  return atDesk(call, 'change', async (desk, settings) => {
    const text = await deps.readText(path)
    const dryRun = options.has('dryRun')
    const outcome = await importNodes(
      text,
      {
        file: path === '-' ? 'standard input' : path,
        identifier: settings.identifier,
        dryRun,
        skipExisting: options.has('skipExisting'),
      },
      {
        ...preparePorts(desk, settings, deps),
        admin: desk.admin,
        readFile: (named) => givenFile(posix.resolve(posix.dirname(path), named), deps),
      },
    )
    if (options.has('json')) io.stdout.write(outcomeJson(outcome, dryRun))
    else {
      io.stdout.write(outcomeText(outcome, dryRun))
      io.stderr.write(problemText(outcome))
    }
    return hasErrors(outcome.diagnostics) ? 1 : 0
  })
}

function outcomeText({ added, present, diagnostics }: ImportOutcome, dryRun: boolean): string {
  if (added.length === 0 && hasErrors(diagnostics)) return ''
  const shown = dryRun
    ? added.map(({ id, content }) => `would add ${id}: ${fileNames(content).join(', ')}\n`)
    : []
  const there = present.length === 0 ? '' : `, ${present.length} there already`
  const sum = `${dryRun ? 'would add' : 'added'} ${count(added.length, 'node')}${there}\n`
  return [...shown, sum].join('')
}

function problemText({ added, diagnostics }: ImportOutcome): string {
  if (diagnostics.length === 0) return ''
  const end = added.length === 0 ? ['nothing was changed'] : []
  return `${[...diagnostics.flatMap(diagnosticLines), ...end].join('\n')}\n`
}

function outcomeJson({ added, present, diagnostics }: ImportOutcome, dryRun: boolean): string {
  return jsonText({ dry_run: dryRun, added: added.map(readyJson), present, diagnostics })
}

export const importCommand: CliCommand = {
  name: 'import',
  summary: 'make a node for each line of a table',
  about: [
    'Reads CSV, as spreadsheets save it: commas between the fields, double quotes around those that hold commas, quotes or line ends. The first line has the headings. The column id names the node; without it, the column called like the identifier (serialnumber or systemmac) does. definition, startup_config (a file), pattern (a file), model and config_handler are the options of ztps nodes add; each line needs a definition or a startup_config. The paths of files begin at the folder of the table.',
    "Every other column is an attribute of the node, called like the heading; attributes.NAME is the attribute NAME, whatever NAME is. A cell is text, also where it looks like a number, and may be a reference ($name) or a plugin call (allocate('pool')) as in an attributes file; an empty cell is no attribute. A column with an empty heading, or one that begins with #, is a remark.",
    'All problems are shown, with their lines, and then nothing is changed: ids twice or differing in case only, definitions that do not exist, files that cannot be read. A node that exists with the same content is no problem, so that the same table can be imported again, after a crash or with lines added; one that exists with other content is, unless --skip-existing.',
    'With --json: {"dry_run", "added": [{id, files: [NAME]}], "present": [ID], "diagnostics": [{code, severity, file, line, column, message}]}.',
  ],
  arguments: [{ name: '<FILE.csv>', help: 'the table; - for standard input' }],
  options: [
    {
      flags: '--skip-existing',
      help: 'leave nodes that exist as they are, whatever the table says',
    },
    DRY_RUN_OPTION,
    JSON_OPTION,
  ],
  examples: [
    { line: 'ztps nodes import rack12.csv --dry-run', does: 'is anything wrong with it?' },
    { line: 'ztps nodes import rack12.csv', does: 'make the nodes' },
  ],
  run: importTable,
}
