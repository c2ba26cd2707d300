import { nodeIdOfWord } from '../../provision/nodes/known-node.ts'
import { type Replacement, replaceNode } from '../../provision/nodes/replace-node.ts'
import { type CliCall, type CliCommand, DRY_RUN_OPTION, JSON_OPTION, jsonText } from '../command.ts'
import { count } from '../report-text.ts'
import { atDeskWithPools } from './at-desk.ts'
import { holdingLines } from './texts.ts'

/** `ztps nodes replace OLD NEW`. */
async function replace(call: CliCall): Promise<number> {
  const { words, options, io } = call
  return atDeskWithPools(call, 'change', async (desk, { identifier }) => {
    const [old, heir] = words.map((word) => nodeIdOfWord(word, identifier))
    if (old === undefined || heir === undefined) throw new Error('the parser demands two words')
    const dryRun = options.has('dryRun')
    const done = await replaceNode(old, heir, { dryRun, force: options.has('force') }, desk)
    io.stdout.write(
      options.has('json') ? jsonText({ dry_run: dryRun, ...done }) : replacementText(done, dryRun),
    )
    return 0
  })
}

function replacementText(done: Replacement, dryRun: boolean): string {
  const { kind, from, to, files, versions, entries, freed, archives } = done
  if (kind === 'finished') {
    return `${to} has the place of ${from} already; what ${from} was is archived in ${archives}\n`
  }
  const held = (title: string, holdings: Replacement['entries']) =>
    holdings.length === 0
      ? []
      : [
          `  ${title}:`,
          ...holdingLines({ held: holdings, failures: [] }).map((line) => `    ${line}`),
        ]
  const lines = [
    `${dryRun ? 'would give' : 'gave'} ${to} the place of ${from}`,
    `  files: ${files.join(', ')}`,
    ...(versions === 0 ? [] : [`  ${count(versions, 'earlier startup-config')}`]),
    ...held('pool entries', entries),
    ...held(`of its own, and ${dryRun ? 'to be freed' : 'freed'}`, freed),
    ...archives.map((folder) => `  archived in ${folder}`),
  ]
  return `${lines.join('\n')}\n`
}

export const replaceCommand: CliCommand = {
  name: 'replace',
  summary: 'give a new switch the place of a dead one',
  about: [
    "Moves definition, pattern, attributes, config-handler, startup-config with its earlier versions, and the pool entries of OLD to NEW, so that NEW boots as OLD: the same configuration, the same addresses. The folder of OLD is archived first, in archive/OLD/TIME of the server's state folder. The report of OLD stays behind: NEW keeps its own, or brings it with its first POST.",
    'NEW may be unknown, or be known without a definition or startup-config; if it has one of its own, it is refused, unless --force, which archives it. What NEW holds of a pool where OLD holds something is freed.',
    'At every moment exactly one of the two is configured. A command that is interrupted, whenever, is run again: it does what is left.',
    'With --json: {"dry_run", "kind": "done"|"finished", "from", "to", "files": [NAME], "versions", "entries", "freed", "archives": [FOLDER]}; entries and freed are lists of {kind, pool, entry, label}.',
  ],
  arguments: [
    { name: '<OLD>', help: 'the id of the switch that goes' },
    { name: '<NEW>', help: 'the id of the switch that comes' },
  ],
  options: [
    { flags: '--force', help: "archive NEW's own definition and startup-config, and go on" },
    DRY_RUN_OPTION,
    JSON_OPTION,
  ],
  examples: [
    { line: 'ztps nodes replace JPE21430099 JPE21440001', does: 'before NEW is switched on' },
    { line: 'ztps nodes replace JPE21430099 JPE21440001 --dry-run', does: 'what would move?' },
  ],
  run: replace,
}
