import { describe, expect, it } from 'vitest'
import { filesInMemory } from '../../provision/validate/testing/files-in-memory.ts'
import { commandHelps } from '../command-help.ts'
import { runCli } from '../program.ts'
import { fixedDeps } from '../testing/fixed-deps.ts'
import { recordedIo } from '../testing/recorded-io.ts'

async function run(...argv: readonly string[]) {
  const io = recordedIo()
  const status = await runCli(argv, io, fixedDeps(filesInMemory({})))
  return { status, out: io.out(), err: io.err() }
}

/** How a shell's script writes that a flag of two dashes exists. */
const FLAG = {
  bash: (name: string) => `--${name}`,
  zsh: (name: string) => `--${name}`,
  fish: (name: string) => `-l ${name} `,
}
const SHELLS = ['bash', 'zsh', 'fish'] as const

describe.each(SHELLS)('ztps completion %s', (shell) => {
  it('has every command, flag and choice of the program', async () => {
    const { status, out, err } = await run('completion', shell)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    for (const { path, flags } of commandHelps()) {
      expect(out).toContain(shell === 'zsh' ? path.replaceAll(/[ -]/g, '_') : path)
      for (const [, name = ''] of flags.flatMap(([term]) => [...term.matchAll(/--([\w-]+)/g)])) {
        expect(out).toContain(FLAG[shell](name))
      }
    }
    for (const words of ['kea isc dnsmasq', 'text json', 'bash zsh fish']) {
      expect(out).toContain(words)
    }
  })
})

it('knows no other shell', async () => {
  const { status, out, err } = await run('completion', 'tcsh')
  expect({ status, out }).toEqual({ status: 2, out: '' })
  expect(err).toContain("ztps: 'tcsh' is none of the shells bash, zsh, fish\n")
})
