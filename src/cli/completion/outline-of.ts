import type { Argument, Command, Option } from 'commander'
import { pathOf, standsAlone } from '../add-command.ts'
import type { Operand, Outline, OutlinedFlag, Value } from './outline.ts'

/** @param program with all its commands */
export function outlineOf(program: Command): Outline {
  const everywhere = program.options.filter((each) => !standsAlone(each)).map(flagOf)
  return {
    ...outline(program, []),
    commands: program.commands.map((command) =>
      command.name() === 'help' ? helpOf(command, program) : outline(command, everywhere),
    ),
  }
}

/** @param everywhere flags of `ztps` itself that go with commands, too */
function outline(command: Command, everywhere: readonly OutlinedFlag[]): Outline {
  return {
    path: pathOf(command),
    name: command.name(),
    summary: command.summary(),
    flags: [...command.createHelp().visibleOptions(command).map(flagOf), ...everywhere],
    operands: command.registeredArguments.map(operandOf),
    commands: command.commands.map((each) => outline(each, everywhere)),
  }
}

/** What follows `help` are the words of any command. */
function helpOf(help: Command, program: Command): Outline {
  const commands = program.commands.filter((each) => each !== help)
  return { ...outline(help, []), operands: [], commands: namesOf(commands, pathOf(help)) }
}

function namesOf(commands: readonly Command[], above: string): readonly Outline[] {
  return commands.map((command) => {
    const path = `${above} ${command.name()}`
    return {
      path,
      name: command.name(),
      summary: command.summary(),
      flags: [],
      operands: [],
      commands: namesOf(command.commands, path),
    }
  })
}

function flagOf(option: Option): OutlinedFlag {
  const name = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1]
  return {
    names: [option.short, option.long].filter((each) => each !== undefined),
    help: option.description,
    value: name === undefined ? undefined : valueNamed(name, option.argChoices),
    bare: option.optional,
  }
}

function operandOf(argument: Argument): Operand {
  return { value: valueNamed(argument.name(), argument.argChoices), more: argument.variadic }
}

function valueNamed(name: string, words: readonly string[] = []): Value {
  return { name, kind: kindOf(name), words }
}

/** Help names a value by what it is; one with an extension, such as `NODE.json`, is a file. */
function kindOf(name: string): Value['kind'] {
  if (name === 'DIR') return 'folder'
  return /^(FILE|FILENAME|PATH)$|\./.test(name) ? 'file' : 'word'
}
