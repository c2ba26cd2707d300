import type { Command, Help } from 'commander'
import { pathOf } from './add-command.ts'
import type { CliEntry, CliExample } from './command.ts'
import { COMMANDS } from './commands.ts'
import { GLOBAL_ABOUT, GLOBAL_EXAMPLES } from './global-options.ts'
import type { Io, Output } from './io.ts'
import { createProgram } from './program.ts'

const NOWHERE: Output = { write() {}, drained: async () => {}, isTTY: false, columns: 80 }
const IO: Io = { stdout: NOWHERE, stderr: NOWHERE, environment: {} }

/** The page docs/reference/cli.md: every command and flag, from the program itself. Markdown. */
export function renderCliReference(): string {
  const program = createProgram(IO, async () => {}, COMMANDS)
  const help = program.createHelp()
  const body = commandBody(program, help, GLOBAL_ABOUT, GLOBAL_EXAMPLES)
  return `${[HEAD, ...body, ...sectionsOf(program, COMMANDS, help)].join('\n\n')}\n`
}

/** A section for each command below one, and for those of a group, a level deeper. */
function sectionsOf(
  parent: Command,
  entries: readonly CliEntry[],
  help: Help,
  level = '##',
): readonly string[] {
  return entries.flatMap((spec) => {
    const command = parent.commands.find((each) => each.name() === spec.name)
    if (command === undefined) return []
    return [
      `${level} ${pathOf(command)}`,
      ...commandBody(command, help, spec.about, spec.examples),
      ...('commands' in spec ? sectionsOf(command, spec.commands, help, `${level}#`) : []),
    ]
  })
}

const HEAD = `<!-- Made by \`npm run reference\` from src/cli/. Do not edit. -->

# Command line`

function commandBody(
  command: Command,
  help: Help,
  about: readonly string[],
  examples: readonly CliExample[],
): readonly string[] {
  return [
    fenced([help.commandUsage(command)]),
    ...about,
    table(
      ['argument', 'meaning'],
      help
        .visibleArguments(command)
        .map((each) => [help.argumentTerm(each), help.argumentDescription(each)]),
    ),
    table(
      ['flag', 'meaning'],
      help
        .visibleOptions(command)
        .map((each) => [help.optionTerm(each), help.optionDescription(each)]),
    ),
    table(
      ['command', 'does'],
      help
        .visibleCommands(command)
        .map((each) => [help.subcommandTerm(each), help.subcommandDescription(each)]),
    ),
    fenced(examples.map(({ line, does }) => `${line}    # ${does}`)),
  ].filter((part) => part !== '')
}

function fenced(lines: readonly string[]): string {
  return ['```console', ...lines, '```'].join('\n')
}

function table(head: readonly string[], rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const cell = (text: string) => text.replaceAll('|', '\\|')
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map(([term, meaning]) => line([`\`${cell(term)}\``, cell(meaning)])),
  ].join('\n')
}
