import type { CliEntry } from './command.ts'
import { completionCommand } from './completion/completion.ts'
import { demoCommand } from './demo.ts'
import { dhcpCommand } from './dhcp.ts'
import { doctorCommand } from './doctor.ts'
import { initCommand } from './init.ts'
import { matchCommand } from './match.ts'
import { nodesGroup } from './nodes/nodes.ts'
import { poolsGroup } from './pools/pools.ts'
import { validateCommand } from './validate.ts'

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
