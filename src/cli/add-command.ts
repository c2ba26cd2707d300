import { Argument, type Command, Option } from 'commander'
import { didYouMean } from '../config/nearest.ts'
import { ZtpError } from '../kernel/errors.ts'
import {
  type CliArgument,
  type CliCall,
  type CliCommand,
  type CliEntry,
  type CliGroup,
  type CliOption,
  givenOptions,
} from './command.ts'
import { describe } from './help.ts'

/** Runs what the command line asks for. */
export type Run = (command: Command, run: (call: CliCall) => Promise<number>) => Promise<void>

/** Adds commands to `ztps`, and those of a group to the group. */
export function addCommands(program: Command, entries: readonly CliEntry[], run: Run): void {
  for (const entry of entries) {
    const command = addEntry(program, entry)
    if ('commands' in entry) addGroup(command, entry, program, run)
    else setAction(command, entry, program, run)
  }
}

function addGroup(group: Command, { commands }: CliGroup, program: Command, run: Run): void {
  for (const each of commands) setAction(addEntry(group, each), each, program, run)
  group
    .usage('[command]')
    .helpCommand(false)
    .action(() => {
      throw unknownCommand(group, group.args[0])
    })
}

function addEntry(parent: Command, { name, summary, about, examples }: CliEntry): Command {
  const command = parent.command(name).summary(summary)
  describe(command, about, examples)
  return command
}

function setAction(command: Command, spec: CliCommand, program: Command, run: Run): void {
  command.allowExcessArguments(false)
  for (const each of spec.arguments) command.addArgument(commanderArgument(each))
  for (const each of spec.options) command.addOption(commanderOption(each))
  command.action(() => {
    const given = givenOptions(program.opts())
    const alone = program.options.find(
      (each) => standsAlone(each) && given.has(each.attributeName()),
    )
    if (alone !== undefined) {
      const message = `${alone.long} goes without a command: leave out ${alone.long}, or '${pathOf(command).slice('ztps '.length)}'`
      throw new ZtpError('ZTP_USAGE', message)
    }
    return run(command, spec.run)
  })
}

/** Whether a global flag says what to do, as a command does. */
export function standsAlone({ long }: Option): boolean {
  return long !== undefined && STANDALONE.has(long)
}

const STANDALONE: ReadonlySet<string> = new Set([
  '--version',
  '--validate',
  '--validate-config',
  '--clear-resources',
])

function commanderArgument({ name, help, words }: CliArgument): Argument {
  const argument = new Argument(name, help)
  if (words !== undefined) argument.argChoices = [...words]
  return argument
}

export function commanderOption({ flags, help, choices, default: value }: CliOption): Option {
  const option = new Option(flags, help)
  if (choices !== undefined) option.choices(choices)
  return value === undefined ? option : option.default(value)
}

/** `ztps help [COMMAND…]`: of a command in a group, both words. */
export function addHelp(program: Command): void {
  const help = program
    .command('help')
    .summary('show the help of a command')
    .argument('[command...]')
  help.helpOption(false).action(() => {
    let found = program
    for (const word of help.args) {
      const below = found.commands.find((each) => each.name() === word)
      if (below === undefined) throw unknownCommand(found, word)
      found = below
    }
    found.help()
  })
}

/** The words that lead to a command: `ztps nodes list`. */
export function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}

/** @param word what follows the command's own words, if anything does */
export function unknownCommand(command: Command, word: string | undefined): ZtpError {
  const names = command.commands.map((each) => each.name()).filter((name) => name !== 'help')
  const path = pathOf(command)
  const known = `the commands are ${names.join(', ')}`
  if (word === undefined) return new ZtpError('ZTP_USAGE', `'${path}' takes a command: ${known}`)
  const wrong = [...path.split(' ').slice(1), word].join(' ')
  const meant = didYouMean(word, names) || `; ${known}`
  return new ZtpError('ZTP_USAGE', `there is no command '${wrong}'${meant}`)
}
