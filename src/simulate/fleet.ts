import type { Run } from './outcome.ts'
import { type RunOptions, runSwitch } from './run-switch.ts'
import type { VirtualSwitch } from './virtual-switch.ts'

/** A way to boot a switch: runSwitch is one, bootWithScript makes another. */
export type Boot = (node: VirtualSwitch, options: RunOptions) => Promise<Run>

export type FleetOptions = RunOptions & {
  /** Switches under way at one time, at most. */
  readonly concurrency: number
  /** How each is booted; without it by runSwitch. */
  readonly boot?: Boot
}

/**
 * Boots many switches, as many at once as allowed.
 *
 * @returns their runs, in the order of the switches
 */
export async function runFleet(
  switches: readonly VirtualSwitch[],
  options: FleetOptions,
): Promise<readonly Run[]> {
  const { boot = runSwitch } = options
  const runs = new Map<number, Run>()
  const waiting = switches.entries()
  async function work(): Promise<void> {
    for (const [index, each] of waiting) runs.set(index, await boot(each, options))
  }
  const workers = Math.min(options.concurrency, switches.length)
  await Promise.all(Array.from({ length: workers }, work))
  return switches.flatMap((_, index) => runs.get(index) ?? [])
}
