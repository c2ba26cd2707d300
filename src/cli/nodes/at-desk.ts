import type { Settings } from '../../config/options.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import type { CliCall } from '../command.ts'
import { settingsOf } from '../settings.ts'
import type { NodesDesk } from './desk.ts'

/**
 * Runs a command about nodes on the configured data directory.
 *
 * @returns what the work returns; 1 when the settings cannot be used
 * @throws ZtpError ZTP_BAD_DATA_ROOT
 */
export async function atDesk(
  { flags, io, deps }: CliCall,
  access: 'read' | 'change',
  work: (desk: NodesDesk, settings: Settings) => Promise<number>,
): Promise<number> {
  const settings = await settingsOf(flags, io, deps)
  if (settings === undefined) return 1
  const desk = await deps.nodes(settings, access)
  try {
    return await work(desk, settings)
  } finally {
    await desk.close()
  }
}

type DeskWithPools = NodesDesk & { readonly pools: readonly PoolAdmin[] }

/** The same for a command that also asks every place of pools. */
export async function atDeskWithPools(
  call: CliCall,
  access: 'read' | 'change',
  work: (desk: DeskWithPools, settings: Settings) => Promise<number>,
): Promise<number> {
  return atDesk(call, access, async (desk, settings) => {
    const pools = await call.deps.poolAdmins(settings)
    try {
      return await work({ ...desk, pools }, settings)
    } finally {
      await Promise.all(pools.map((each) => each.close()))
    }
  })
}
