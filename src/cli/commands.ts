import type { CliCommand, CliEntry } from './command.ts'
import { completionCommand } from './completion/completion.ts'
import { demo } from './demo.ts'
import { dhcpCommand } from './dhcp.ts'
import { doctorCommand } from './doctor.ts'
import { initCommand } from './init.ts'
import { matchCommand } from './match.ts'
import { nodesGroup } from './nodes/nodes.ts'
import { poolsGroup } from './pools/pools.ts'
import { validateCommand } from './validate.ts'

const demoCommand: CliCommand = {
  name: 'demo',
  summary: 'see it work: a server and a small simulated fabric',
  about: [
    'Makes a data directory in a temporary place, starts a server on a free port of this machine, and lets a few virtual switches provision themselves from it. Nothing else is touched.',
  ],
  arguments: [],
  options: [{ flags: '--keep', help: 'leave the directory, and the server running until Ctrl-C' }],
  examples: [{ line: 'ztps demo --keep', does: 'have a look around afterwards' }],
  run: async ({ options, io, deps }) => demo({ keep: options.has('keep') }, io, await deps.demo()),
}

/** Every command, in the order in which help lists them. */
export const COMMANDS: readonly CliEntry[] = [
  initCommand,
  validateCommand,
  matchCommand,
  nodesGroup,
  poolsGroup,
  dhcpCommand,
  doctorCommand,
  demoCommand,
  completionCommand,
]
