import type { Command } from 'commander'
import { pathOf } from './add-command.ts'
import type { CliEntry, CliExample } from './command.ts'
import { COMMANDS } from './commands.ts'
import { GLOBAL_ABOUT, GLOBAL_EXAMPLES } from './global-options.ts'
import type { Io, Output } from './io.ts'
import { createProgram } from './program.ts'

/** What help says of a command, as data: pages are made from it. */
export type CommandHelp = {
  /** The words that lead to it: `ztps pools list`. */
  readonly path: string
  /** How many commands it is below: 0 for `ztps` itself. */
  readonly depth: number
  readonly usage: string
  /** Paragraphs. */
  readonly about: readonly string[]
  readonly arguments: readonly Term[]
  readonly flags: readonly Term[]
  readonly commands: readonly Term[]
  readonly examples: readonly CliExample[]
}

/** A term and what it means. */
export type Term = readonly [string, string]

const NOWHERE: Output = { write() {}, drained: async () => {}, isTTY: false, columns: 80 }
const IO: Io = { stdout: NOWHERE, stderr: NOWHERE, environment: {} }

/** `ztps` and every command, those of a group after the group. */
export function commandHelps(): readonly CommandHelp[] {
  const program = createProgram(IO, async () => {}, COMMANDS)
  const whole = helpOf(program, { about: GLOBAL_ABOUT, examples: GLOBAL_EXAMPLES }, 0)
  return [whole, ...helpsBelow(program, COMMANDS, 1)]
}

function helpsBelow(
  parent: Command,
  entries: readonly CliEntry[],
  depth: number,
): readonly CommandHelp[] {
  return entries.flatMap((spec) => {
    const command = parent.commands.find((each) => each.name() === spec.name)
    if (command === undefined) return []
    const below = 'commands' in spec ? helpsBelow(command, spec.commands, depth + 1) : []
    return [helpOf(command, spec, depth), ...below]
  })
}

function helpOf(
  command: Command,
  { about, examples }: Pick<CliEntry, 'about' | 'examples'>,
  depth: number,
): CommandHelp {
  const help = command.createHelp()
  return {
    path: pathOf(command),
    depth,
    usage: help.commandUsage(command),
    about,
    arguments: help
      .visibleArguments(command)
      .map((each) => [help.argumentTerm(each), help.argumentDescription(each)]),
    flags: help
      .visibleOptions(command)
      .map((each) => [help.optionTerm(each), help.optionDescription(each)]),
    commands: help
      .visibleCommands(command)
      .map((each) => [help.subcommandTerm(each), help.subcommandDescription(each)]),
    examples,
  }
}
