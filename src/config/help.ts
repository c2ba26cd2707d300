import { optionRows } from './options.ts'
import { CONFIGURATION_VARIABLE, DEFAULT_CONFIGURATION_FILE } from './paths.ts'

/** Types of which each option has its own: what it takes says all. */
const SELF_EXPLAINING: ReadonlySet<string> = new Set(['word', 'number'])

type Row = ReturnType<typeof optionRows>[number]

/** The page docs/reference/configuration.md: every setting, from the option table. Markdown. */
export function renderOptionsReference(): string {
  const rows = optionRows()
  const sections = [...new Set(rows.map((row) => row.section))]
  const tables = sections.map((section) => {
    return sectionTable(
      section,
      rows.filter((row) => row.section === section),
    )
  })
  return `${[INTRODUCTION, ...tables, environmentTable(rows), VALUES, LOG_FORMAT].join('\n\n')}\n`
}

function sectionTable(section: string, rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    code(row.key),
    SELF_EXPLAINING.has(row.type.name) ? row.type.accepts : row.type.name,
    row.default === '' ? '' : code(row.default),
    row.help,
    row.since,
  ])
  const head = ['setting', 'type', 'default', 'meaning', 'since']
  return `## \`[${section}]\`\n\n${table(head, cells)}`
}

function environmentTable(rows: readonly Row[]): string {
  const cells = rows.flatMap(({ environment, section, key }) => {
    return environment === undefined ? [] : [[code(environment), code(`[${section}] ${key}`)]]
  })
  const file = [code(CONFIGURATION_VARIABLE), `the configuration file; beats ${code('--conf')} too`]
  return `## Environment\n\n${ENVIRONMENT}\n\n${table(['variable', 'sets'], [file, ...cells])}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function code(content: string): string {
  return `\`${content}\``
}

const INTRODUCTION = `<!-- Made by \`npm run reference\` from src/config/options.ts. Do not edit. -->

# Configuration

The server reads one file when it starts, \`${DEFAULT_CONFIGURATION_FILE}\` unless \`--conf\` or
\`${CONFIGURATION_VARIABLE}\` names another; a change needs a restart. Everything else in the data directory is
read when it is needed. A configuration made for ZTPServer works unchanged: its settings keep their
names, values and defaults, and all others have defaults.

    # a comment has a line of its own, and begins with # or ;
    [default]
    server_url = http://192.168.1.34/ztpserver
    identifier: systemmac

Key and value are separated by \`=\` or \`:\`. A line that is indented further than its key continues
the value. There are no comments behind values, and \`%\` and \`$\` are ordinary characters. Keys are
the same in any case, sections are not. A section or key that stands twice is read as one, the later
value winning, with a warning; an unknown one is a warning; a value that a setting does not take is
an error, and the server does not start.`

const ENVIRONMENT = `A variable that is set, and is not empty, beats the file.`

const VALUES = `## Values

| type | written |
| --- | --- |
| boolean | \`yes\` or \`no\`, \`true\` or \`false\`, \`1\` or \`0\`, \`on\` or \`off\`, in any case |
| size | a number of bytes, or with a unit: \`B\`, \`KiB\` or \`K\` (1024), \`MiB\` or \`M\`, \`GiB\` or \`G\`; \`kB\`, \`MB\`, \`GB\` count in thousands |
| duration | a number of seconds, or with a unit: \`ms\`, \`s\`, \`min\` or \`m\`, \`h\`, \`d\` |
| URL | \`http://\` or \`https://\`, a host, perhaps a port and a path; a final slash makes no difference |
| addresses | IPv4 or IPv6 addresses, the latter with or without brackets, and \`unix:\` with the path of a unix socket (90 bytes at most), separated by commas |
| networks | addresses, and networks as \`ADDRESS/BITS\`, separated by commas; \`unix\` for whoever comes through a unix socket |
| permissions | three octal digits, perhaps after a 0 |
| processes | a number up to 256; \`auto\` or 0 for as many as there are processors |
| database URL | \`postgres://USER:PASSWORD@HOST:PORT/DATABASE\`, or \`mysql:\`, perhaps with \`?sslmode=…\`; never shown in a message |
| file name | a name inside the folder that the setting is about; sub-folders are written with \`/\` |`

const LOG_FORMAT = `## Log format

\`console_logging_format\` is a format of Python's \`logging\` module: text in which \`%(name)s\` stands for
a field, with flags, width and precision as in \`%(asctime)-15s\`, and \`%%\` for a percent sign. A field
that does not exist keeps the server from starting.

| field | content |
| --- | --- |
| \`asctime\` | local time, \`YYYY-MM-DD HH:MM:SS,mmm\` |
| \`levelname\`, \`levelno\` | \`DEBUG\` 10, \`INFO\` 20, \`WARNING\` 30, \`ERROR\` 40, \`CRITICAL\` 50 |
| \`message\` | what is logged; control characters are escaped, so that it is always one line |
| \`name\` | \`ztpserver\` |
| \`module\`, \`filename\`, \`pathname\`, \`lineno\`, \`funcName\` | the place in the source that logs |
| \`process\`, \`processName\`, \`thread\`, \`threadName\` | the process |
| \`created\`, \`msecs\`, \`relativeCreated\` | seconds since 1970, milliseconds of that second, milliseconds since the start |

The format \`json\` writes one JSON object a line instead: \`level\`, \`time\` (ISO 8601, UTC), \`pid\`, \`name\`,
\`node\` where the line is about a node, and \`msg\`.`
