import { Command, CommanderError } from 'commander'
import { ERRORS, reasonOf, ZtpError } from '../kernel/errors.ts'
import { addCommands, addHelp, commanderOption, type Run, unknownCommand } from './add-command.ts'
import { type CliCall, type CliEntry, givenOptions } from './command.ts'
import { outlineOf } from './completion/outline-of.ts'
import type { CliDeps } from './deps.ts'
import { GLOBAL_ABOUT, GLOBAL_EXAMPLES, GLOBAL_OPTIONS } from './global-options.ts'
import { describe, TRY_HELP } from './help.ts'
import type { Io } from './io.ts'
import { serve } from './serve.ts'
import { version } from './version.ts'

/**
 * The command line: everything `ztps` does.
 *
 * @param argv the arguments, without the interpreter and the script
 * @returns the exit status: 0 all is well, 1 it failed, 2 bad usage
 */
export async function runCli(
  argv: readonly string[],
  io: Io,
  deps: CliDeps,
  commands?: readonly CliEntry[],
): Promise<number> {
  let status = 0
  const run: Run = async (command, action) => {
    status = await action(callOf(command, io, deps))
  }
  try {
    const flagsOnly = createProgram(io, run, [])
    const program = hasOnlyFlags(flagsOnly, argv)
      ? flagsOnly
      : createProgram(io, run, commands ?? (await import('./commands.ts')).COMMANDS)
    await program.parseAsync(argv, { from: 'user' })
    return status
  } catch (thrown) {
    return statusOf(thrown, io)
  }
}

/** The server does not wait for the commands to be loaded: a third of all modules. */
function hasOnlyFlags(program: Command, argv: readonly string[]): boolean {
  const { operands, unknown } = program.parseOptions([...argv])
  return operands.length === 0 && unknown.length === 0
}

/** @param run what to do with the command that was given */
export function createProgram(io: Io, run: Run, commands: readonly CliEntry[]): Command {
  const program = new Command('ztps')
  const { stdout, stderr } = io
  program
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns,
      getErrHelpWidth: () => stderr.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => write(text.replace(/^error: /, 'ztps: ')),
    })
    .exitOverride()
    .allowExcessArguments()
    .usage('[flags] [command]')
    .helpCommand(false)
  describe(program, GLOBAL_ABOUT, GLOBAL_EXAMPLES)
  for (const option of GLOBAL_OPTIONS) program.addOption(commanderOption(option))
  program.action(async () => {
    const [unknown] = program.args
    if (unknown !== undefined) throw unknownCommand(program, unknown)
    await run(program, runGlobalFlags)
  })
  addCommands(program, commands, run)
  addHelp(program)
  return program
}

function callOf(command: Command, io: Io, deps: CliDeps): CliCall {
  const program = rootOf(command)
  const global = givenOptions(program.opts())
  const conf = global.text('conf')
  return {
    words: command.args,
    options: givenOptions(command.opts()),
    flags: { debug: global.has('debug'), ...(conf === undefined ? {} : { conf }) },
    io,
    deps,
    outline: () => outlineOf(program),
  }
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent)
}

/** The flags that do something instead of serving, one after the other; the worst status counts. */
async function runGlobalFlags(call: CliCall): Promise<number> {
  const { options } = call
  const steps: (() => number | Promise<number>)[] = []
  if (options.has('version')) steps.push(() => version(call))
  const file = options.text('validate')
  if (file !== undefined) steps.push(() => validateText(file, call))
  const everything =
    options.has('validateConfig') || (options.has('validate') && file === undefined)
  if (everything) steps.push(() => validateText(undefined, call))
  if (options.has('clearResources')) {
    const { clearResources } = await import('./clear-resources.ts')
    steps.push(() => clearResources(call))
  }
  if (steps.length === 0) return serve(call)
  let worst = 0
  for (const step of steps) worst = Math.max(worst, await step())
  return worst
}

async function validateText(path: string | undefined, call: CliCall): Promise<number> {
  return (await import('./validate.ts')).validate(path, 'text', call)
}

function statusOf(thrown: unknown, io: Io): number {
  // Commander has written its message, or the help, already.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : ERRORS.ZTP_USAGE.exit
  io.stderr.write(`ztps: ${reasonOf(thrown)}\n`)
  if (!(thrown instanceof ZtpError)) return 1
  if (thrown.code === 'ZTP_USAGE') io.stderr.write(`${TRY_HELP}\n`)
  return ERRORS[thrown.code].exit
}
