import type { Command, Help } from 'commander'
import type { CliExample } from './command.ts'
import { COMMANDS } from './commands.ts'
import { GLOBAL_ABOUT, GLOBAL_EXAMPLES } from './global-options.ts'
import type { Io, Output } from './io.ts'
import { createProgram } from './program.ts'

const NOWHERE: Output = { write() {}, isTTY: false, columns: 80 }
const IO: Io = { stdout: NOWHERE, stderr: NOWHERE, environment: {} }

/** The page docs/reference/cli.md: every command and flag, from the program itself. Markdown. */
export function renderCliReference(): string {
  const program = createProgram(IO, async () => {})
  const help = program.createHelp()
  const sections = COMMANDS.flatMap((spec) => {
    const command = program.commands.find((each) => each.name() === spec.name)
    if (command === undefined) return []
    return [`## ztps ${spec.name}`, ...commandBody(command, help, spec.about, spec.examples)]
  })
  return `${[HEAD, ...commandBody(program, help, GLOBAL_ABOUT, GLOBAL_EXAMPLES), ...sections].join('\n\n')}\n`
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
