import { OPTIONS, optionRows } from '../config/options.ts'
import { CONFIGURATION_VARIABLE, DEFAULT_CONFIGURATION_FILE } from '../config/paths.ts'
import type { CliExample } from './command.ts'
import { type CommandHelp, commandHelps, type Term } from './command-help.ts'

/**
 * The manual page ztps(1), from the same tables as the program's help. Macros: man(7).
 *
 * @param version X.Y.Z
 */
export function renderManual(version: string): string {
  const [whole, ...commands] = commandHelps()
  return `${[
    '.\\" Made by `npm run reference` from src/cli/. Do not edit.',
    `.TH ZTPS 1 "" "ztpserver ${version}" "User Commands"`,
    // Neither a command nor a path is broken, or stretched.
    '.nh',
    '.ad l',
    '.SH NAME',
    `ztps \\- ${roff('zero-touch provisioning server for Arista EOS switches')}`,
    ...(whole === undefined ? [] : frontOf(whole)),
    '.SH COMMANDS',
    ...commands.flatMap(sectionOf),
    ...section('SIGNALS', SIGNALS),
    ...section('ENVIRONMENT', [[CONFIGURATION_VARIABLE, CONFIGURATION], ...variables()]),
    ...section('FILES', FILES),
    ...(whole === undefined ? [] : ['.SH EXAMPLES', ...whole.examples.flatMap(example)]),
    '.SH "SEE ALSO"',
    roff(SEE_ALSO),
  ].join('\n')}\n`
}

const SIGNALS: readonly Term[] = [
  [
    'SIGTERM, SIGINT',
    'The server takes no more requests, finishes those in flight, and ends. The same signal once more ends it at once.',
  ],
  ['SIGHUP', 'It opens its log anew and reads its certificate.'],
]

const CONFIGURATION = 'The configuration file; beats `--conf`.'

const FILES: readonly Term[] = [
  [DEFAULT_CONFIGURATION_FILE, 'The configuration, unless another one is named.'],
  [OPTIONS.dataRoot.default, 'The data directory, unless the configuration names another one.'],
]

const SEE_ALSO =
  'The guides, and the reference of settings, requests and errors, are in the folder docs of the package: `$(npm root --global)/ztpserver/docs`.'

function variables(): readonly Term[] {
  return optionRows().flatMap(({ environment, section, key }) =>
    environment === undefined ? [] : [[environment, `Beats \`[${section}] ${key}\`.`] as const],
  )
}

function frontOf({ usage, about, flags }: CommandHelp): readonly string[] {
  return [
    '.SH SYNOPSIS',
    bold(usage),
    '.SH DESCRIPTION',
    ...about.flatMap(paragraph),
    ...section('OPTIONS', flags),
  ]
}

/** What a group's commands do, their own sections say. */
function sectionOf(help: CommandHelp): readonly string[] {
  return [
    `.SS ${roff(help.usage)}`,
    ...help.about.flatMap(paragraph),
    ...help.arguments.flatMap(entry),
    ...help.flags.flatMap(entry),
    ...help.examples.flatMap(example),
  ]
}

function section(name: string, terms: readonly Term[]): readonly string[] {
  return [`.SH ${name}`, ...terms.flatMap(entry)]
}

function paragraph(text: string): readonly string[] {
  return ['.PP', roff(text)]
}

function entry([term, meaning]: Term): readonly string[] {
  return ['.TP', bold(term), roff(meaning)]
}

/** The command as it stands, never broken; below it what it does. */
function example({ line, does }: CliExample): readonly string[] {
  return ['.PP', '.RS 4', '.nf', bold(line), '.fi', '.RS 4', roff(does), '.RE', '.RE']
}

function bold(text: string): string {
  return `\\fB${roff(text)}\\fR`
}

/**
 * Text as roff takes it, on one line: what is in backquotes in bold, a hyphen as the character that
 * can be pasted into a shell, quotes as they are, and nothing at its beginning taken for a request.
 */
function roff(text: string): string {
  const escaped = text.replace(/[\\'^~-]|[^ -~]/gu, (each) => ESCAPES.get(each) ?? codePoint(each))
  return escaped.replace(/`([^`]*)`/g, '\\fB$1\\fR').replace(/^(?=\.)/, '\\&')
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\e'],
  ["'", '\\(aq'],
  ['^', '\\(ha'],
  ['~', '\\(ti'],
  ['-', '\\-'],
])

function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase()
  return `\\[u${hex.padStart(4, '0')}]`
}
