import type { Command } from 'commander'
import type { CliExample } from './command.ts'

/** What follows a message about bad usage. */
export const TRY_HELP = "Try 'ztps --help'."

/** Gives a command its description, its examples, and our words for what commander adds. */
export function describe(
  command: Command,
  about: readonly string[],
  examples: readonly CliExample[],
): void {
  command
    .description(about.join('\n\n'))
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError(TRY_HELP)
    .addHelpText('after', `\nExamples:\n${examplesText(examples)}`)
}

function examplesText(examples: readonly CliExample[]): string {
  return examples.map(({ line, does }) => `  ${line}\n      ${does}`).join('\n')
}
