import type { Settings } from '../../config/options.ts'
import { ZtpError } from '../../kernel/errors.ts'
import { type NodeId, nodeIdFor } from '../../node/identity.ts'
import { type PoolName, parsePoolName } from '../../provision/pools/pool-name.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import type { CliCall } from '../command.ts'
import { settingsOf } from '../settings.ts'

/** What a command works on. */
export type Pools = { readonly admins: readonly PoolAdmin[]; readonly settings: Settings }

/**
 * Does some work on the pools of the configured places, and lets them go.
 *
 * @returns what the work returns; 1 when the settings cannot be used
 */
export async function onPools(
  { flags, io, deps }: CliCall,
  work: (pools: Pools) => Promise<number>,
): Promise<number> {
  const settings = await settingsOf(flags, io, deps)
  if (settings === undefined) return 1
  const admins = await deps.poolAdmins(settings)
  try {
    return await work({ admins, settings })
  } finally {
    await Promise.all(admins.map((each) => each.close()))
  }
}

/** The pool that is named first. */
export function poolOf({ words }: CliCall): PoolName {
  return parsePoolName(words[0] ?? '')
}

/**
 * What `--node` says.
 *
 * @throws ZtpError ZTP_USAGE
 */
export function nodeOf({ options }: CliCall, { identifier }: Settings): NodeId | undefined {
  const text = options.text('node')
  if (text === undefined) return undefined
  const node = nodeIdFor(text, identifier)
  if (node === undefined) throw new ZtpError('ZTP_USAGE', `--node takes a node id, not '${text}'`)
  return node
}

/** What holds for all commands that take a pool. */
export const POOL_ARGUMENT = {
  name: '<POOL>',
  help: 'a file of resources/, or a table: sqlite:TABLE, postgres:TABLE, mysql:TABLE',
}
