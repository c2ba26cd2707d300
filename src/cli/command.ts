import { escapeJsonControls } from '../kernel/escape-controls.ts'
import type { Outline } from './completion/outline.ts'
import type { CliDeps, GlobalFlags } from './deps.ts'
import type { Io } from './io.ts'

/** A flag, as data: the parser, `--help` and the reference page are made from it. */
export type CliOption = {
  /** Short and long form and value, e.g. `-c, --conf <FILE>`. */
  readonly flags: string
  readonly help: string
  /** The only values it takes. */
  readonly choices?: readonly string[]
  readonly default?: string
}

export type CliArgument = {
  /** `<NAME>`, or `[NAME]` when it may be left out. */
  readonly name: string
  readonly help: string
  /** The only words it may be, for help and completion; the command itself refuses others. */
  readonly words?: readonly string[]
}

export type CliExample = { readonly line: string; readonly does: string }

/** What help says of a command. */
type Described = {
  readonly name: string
  /** One line, without a full stop. */
  readonly summary: string
  /** Paragraphs. */
  readonly about: readonly string[]
  readonly examples: readonly CliExample[]
}

/** A command, as data. */
export type CliCommand = Described & {
  readonly arguments: readonly CliArgument[]
  readonly options: readonly CliOption[]
  /** @returns the exit status */
  run(call: CliCall): Promise<number>
}

/** A word that does nothing by itself: one of its commands follows it, as in `ztps nodes list`. */
export type CliGroup = Described & { readonly commands: readonly CliCommand[] }

/** What `ztps` may be followed by. */
export type CliEntry = CliCommand | CliGroup

/** What the parser made of a command line. */
export type CliCall = {
  /** The arguments that were given. */
  readonly words: readonly string[]
  readonly options: GivenOptions
  readonly flags: GlobalFlags
  readonly io: Io
  readonly deps: CliDeps
  /** The whole command line, for what is made from it. */
  outline(): Outline
}

/** Options by their long names, in camel case. */
export type GivenOptions = {
  /** Whether it was given. */
  has(name: string): boolean
  /** Its value; undefined when it was not given, or without a value. */
  text(name: string): string | undefined
}

export function givenOptions(values: Readonly<Record<string, unknown>>): GivenOptions {
  return {
    has: (name) => values[name] !== undefined && values[name] !== false,
    text(name) {
      const value = values[name]
      return typeof value === 'string' ? value : undefined
    },
  }
}

/** Of commands that answer a program as well as a person. */
export const JSON_OPTION: CliOption = { flags: '--json', help: 'answer in JSON' }

/** Of commands that change something. */
export const DRY_RUN_OPTION: CliOption = {
  flags: '--dry-run',
  help: 'only show what would be done',
}

/** What a command with `--json` writes: a switch may have put anything into it. */
export function jsonText(answer: unknown): string {
  return `${escapeJsonControls(JSON.stringify(answer, undefined, 2))}\n`
}
