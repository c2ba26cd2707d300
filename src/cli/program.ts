import { Command, CommanderError } from 'commander'
import { ERRORS, reasonOf, ZtpError } from '../kernel/errors.ts'
import { addCommands, addHelp, commanderOption, type Run, unknownCommand } from './add-command.ts'
import { clearResources } from './clear-resources.ts'
import { type CliCall, type CliEntry, givenOptions } from './command.ts'
import { COMMANDS } from './commands.ts'
import { outlineOf } from './completion/outline-of.ts'
import type { CliDeps } from './deps.ts'
import { GLOBAL_ABOUT, GLOBAL_EXAMPLES, GLOBAL_OPTIONS } from './global-options.ts'
import { describe, TRY_HELP } from './help.ts'
import type { Io } from './io.ts'
import { serve } from './serve.ts'
import { validate } from './validate.ts'
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
  commands: readonly CliEntry[] = COMMANDS,
): Promise<number> {
  let status = 0
  const run: Run = async (command, action) => {
    status = await action(callOf(command, program, io, deps))
  }
  const program = createProgram(io, run, commands)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return status
  } catch (thrown) {
    return statusOf(thrown, io)
  }
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

function callOf(command: Command, program: Command, io: Io, deps: CliDeps): CliCall {
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

/** The flags that do something instead of serving, one after the other; the worst status counts. */
async function runGlobalFlags(call: CliCall): Promise<number> {
  const { options } = call
  const steps: (() => number | Promise<number>)[] = []
  if (options.has('version')) steps.push(() => version(call))
  const file = options.text('validate')
  if (file !== undefined) steps.push(() => validate(file, 'text', call))
  const everything =
    options.has('validateConfig') || (options.has('validate') && file === undefined)
  if (everything) steps.push(() => validate(undefined, 'text', call))
  if (options.has('clearResources')) steps.push(() => clearResources(call))
  if (steps.length === 0) return serve(call)
  let worst = 0
  for (const step of steps) worst = Math.max(worst, await step())
  return worst
}

function statusOf(thrown: unknown, io: Io): number {
  // Commander has written its message, or the help, already.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : ERRORS.ZTP_USAGE.exit
  io.stderr.write(`ztps: ${reasonOf(thrown)}\n`)
  if (!(thrown instanceof ZtpError)) return 1
  if (thrown.code === 'ZTP_USAGE') io.stderr.write(`${TRY_HELP}\n`)
  return ERRORS[thrown.code].exit
}
