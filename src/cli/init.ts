import { ZtpError } from '../kernel/errors.ts'
import type { CliCall, CliCommand } from './command.ts'
import type { Scaffold, Upgrade, UpgradeStep } from './deps.ts'

/** `ztps init`: a new data directory, or an old one brought up to date. */
async function init({ words, options, io, deps }: CliCall): Promise<number> {
  const [directory = '.'] = words
  const old = options.text('upgrade')
  const dryRun = options.has('dryRun')
  checkUsage(words, old, dryRun)
  if (old === undefined) {
    io.stdout.write(renderScaffold(directory, await deps.scaffold(directory)))
    return 0
  }
  const upgrade = await deps.planUpgrade(old)
  io.stdout.write(await runUpgrade(old, upgrade, dryRun))
  return 0
}

function checkUsage(words: readonly string[], old: string | undefined, dryRun: boolean): void {
  if (old === undefined && dryRun) {
    throw new ZtpError('ZTP_USAGE', '--dry-run goes with --upgrade DIR')
  }
  if (old !== undefined && words.length > 0) {
    throw new ZtpError('ZTP_USAGE', `either init ${words[0]} or init --upgrade ${old}, not both`)
  }
}

function renderScaffold(directory: string, { written, kept, configuration }: Scaffold): string {
  const conf = shellWord(configuration)
  return lines(
    ...written.map((path) => `wrote ${directory}/${path}`),
    ...kept.map((path) => `kept  ${directory}/${path}, which was there already`),
    '',
    'Next:',
    `  edit ${conf}: server_url is the address at which switches reach this server`,
    `  ztps -c ${conf} validate`,
    `  ztps -c ${conf}`,
  )
}

async function runUpgrade(directory: string, upgrade: Upgrade, dryRun: boolean): Promise<string> {
  const { steps } = upgrade
  if (steps.length === 0) return lines(`${directory} is up to date: nothing to do`)
  const shown = steps.map((step) => (dryRun ? `would ${describeStep(step)}` : describeStep(step)))
  if (dryRun) {
    const todo = `Nothing was changed. To do it: ztps init --upgrade ${shellWord(directory)}`
    return lines(...shown, '', todo)
  }
  const backup = await upgrade.apply()
  return lines(...shown, ...(backup === undefined ? [] : ['', `${BACKED_UP} ${backup}`]))
}

const BACKED_UP = 'The files as they were are in'

function describeStep({ kind, path }: UpgradeStep): string {
  switch (kind) {
    case 'add':
      return `add ${path}`
    case 'replace':
      return `replace ${path}`
    case 'beside':
      return `keep ${path}, which was edited, and put ours beside it as ${path}.new`
    case 'retire':
      return `take away ${path}: ours is built in`
  }
}

function lines(...each: readonly string[]): string {
  return `${each.join('\n')}\n`
}

/** A path as a shell takes it. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

export const initCommand: CliCommand = {
  name: 'init',
  summary: 'make a working data directory and configuration, or bring an old one up to date',
  about: [
    'Writes a complete, commented example: ztpserver.conf and a data directory with neighbordb, definitions, pools, templates, the bootstrap script and the actions. A file that exists is never overwritten.',
    'With --upgrade, a data directory made for ZTPServer, or by an earlier release of ours, gets our bootstrap script and actions in place of files that are byte for byte those of a release. Edited ones stay, with ours beside them as NAME.new. Plugins of a release of ZTPServer go, since ours are built in. What is replaced or taken away is kept in a backup; the configuration is never touched.',
  ],
  arguments: [{ name: '[DIR]', help: 'where; without it, the current directory' }],
  options: [
    { flags: '--upgrade <DIR>', help: 'bring this data directory up to date' },
    { flags: '--dry-run', help: 'with --upgrade: only show what would be done' },
  ],
  examples: [
    { line: 'ztps init ./lab', does: 'start from the example' },
    {
      line: 'ztps init --upgrade /usr/share/ztpserver --dry-run',
      does: 'see what an upgrade would change',
    },
  ],
  run: init,
}
