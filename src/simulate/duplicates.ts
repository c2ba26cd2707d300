import type { Run } from './outcome.ts'

/** One value of one pool, held by more than one switch. */
export type Duplicate = {
  readonly pool: string
  readonly value: string
  /** Names of the switches. */
  readonly holders: readonly string[]
}

/** What was allocated, and whether anything twice. */
export type AllocationCheck = {
  readonly allocations: number
  readonly pools: number
  readonly duplicates: readonly Duplicate[]
}

/** Looks through the allocations of all runs: each value of a pool belongs to one switch, once. */
export function checkAllocations(runs: readonly Run[]): AllocationCheck {
  const pools = new Map<string, Map<string, string[]>>()
  let allocations = 0
  for (const run of runs) {
    if (run.kind === 'failed') continue
    for (const { pool, value } of run.got.allocations) {
      const holders = pools.get(pool) ?? new Map<string, string[]>()
      pools.set(pool, holders)
      holders.set(value, [...(holders.get(value) ?? []), run.node.name])
      allocations += 1
    }
  }
  const duplicates = [...pools].flatMap(([pool, values]) =>
    [...values]
      .filter(([, holders]) => holders.length > 1)
      .map(([value, holders]) => ({ pool, value, holders })),
  )
  return { allocations, pools: pools.size, duplicates }
}
