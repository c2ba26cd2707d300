import { ZtpError } from '../../kernel/errors.ts'
import type { CliCall, CliCommand } from '../command.ts'
import { bashCompletion } from './bash.ts'
import { fishCompletion } from './fish.ts'
import type { Outline } from './outline.ts'
import { zshCompletion } from './zsh.ts'

const SHELLS: ReadonlyMap<string, (outline: Outline) => string> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
])

/** `ztps completion SHELL`. */
async function completion({ words: [shell = ''], io, outline }: CliCall): Promise<number> {
  const script = SHELLS.get(shell)
  if (script === undefined) {
    const known = [...SHELLS.keys()].join(', ')
    throw new ZtpError('ZTP_USAGE', `'${shell}' is none of the shells ${known}`)
  }
  io.stdout.write(script(outline()))
  return 0
}

export const completionCommand: CliCommand = {
  name: 'completion',
  summary: 'print what lets a shell complete commands, flags and their values',
  about: [
    'Prints a script for the shell. It is made from the commands of this very version: print it anew after an upgrade.',
  ],
  arguments: [{ name: '<SHELL>', help: 'which one', words: [...SHELLS.keys()] }],
  options: [],
  examples: [
    {
      line: 'ztps completion bash > /etc/bash_completion.d/ztps',
      does: 'for everybody; the package bash-completion reads it',
    },
    { line: 'eval "$(ztps completion bash)"', does: 'in ~/.bashrc, for yourself' },
    {
      line: 'ztps completion zsh > /usr/local/share/zsh/site-functions/_ztps',
      does: 'for everybody who uses zsh',
    },
    {
      line: 'ztps completion fish > ~/.config/fish/completions/ztps.fish',
      does: 'for yourself, in fish',
    },
  ],
  run: completion,
}
