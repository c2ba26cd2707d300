import { type CommandHelp, commandHelps, type Term } from './command-help.ts'

/** The page docs/reference/cli.md: every command and flag, from the program itself. Markdown. */
export function renderCliReference(): string {
  return `${[HEAD, ...commandHelps().flatMap(sectionOf)].join('\n\n')}\n`
}

const HEAD = `<!-- Made by \`npm run reference\` from src/cli/. Do not edit. -->

# Command line`

/** That of `ztps` itself needs no heading. */
function sectionOf(help: CommandHelp): readonly string[] {
  const body = [
    fenced([help.usage]),
    ...help.about,
    table(['argument', 'meaning'], help.arguments),
    table(['flag', 'meaning'], help.flags),
    table(['command', 'does'], help.commands),
    fenced(help.examples.map(({ line, does }) => `${line}    # ${does}`)),
  ].filter((part) => part !== '')
  return help.depth === 0 ? body : [`#${'#'.repeat(help.depth)} ${help.path}`, ...body]
}

function fenced(lines: readonly string[]): string {
  return ['```console', ...lines, '```'].join('\n')
}

function table(head: Term, rows: readonly Term[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const cell = (text: string) => text.replaceAll('|', '\\|')
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map(([term, meaning]) => line([`\`${cell(term)}\``, cell(meaning)])),
  ].join('\n')
}
