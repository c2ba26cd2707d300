import type { Cpu } from './server.ts'
import type { Latency } from './statistics.ts'

/** A figure held against its target. */
export type Check = { readonly target: string; readonly met: boolean }

/** One line of the results. */
export type Row = {
  readonly what: string
  /** The median of the rounds, with its unit. */
  readonly measured: string
  readonly latency?: Latency
  /** What one answer costs the server. */
  readonly cpu?: Cpu
  /** Empty for figures that have no target and are there to be compared. */
  readonly checks: readonly Check[]
  readonly note?: string
}

export type Effort = {
  readonly quick: boolean
  /** How often each figure is taken. */
  readonly rounds: number
  /** How long one round of a steady load is. */
  readonly seconds: number
}

export type Scenario = {
  readonly name: string
  /** @param folder an empty one, removed afterwards */
  run(folder: string, effort: Effort): Promise<readonly Row[]>
}

export function atLeast(value: number, least: number, unit: string): Check {
  return { target: `≥ ${count(least)}${unit}`, met: value >= least }
}

export function atMost(value: number, most: number, unit: string): Check {
  return { target: `≤ ${count(most)}${unit}`, met: value <= most }
}

/** With separators for thousands, and as many digits as mean something. */
export function count(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
  return value.toLocaleString('en', { maximumFractionDigits: digits })
}

export function rate(perSecond: number): string {
  return `${count(perSecond)}/s`
}

/** Runs them one after another. */
export async function inRounds<T>(
  rounds: number,
  run: (round: number) => Promise<T>,
): Promise<readonly T[]> {
  const results: T[] = []
  for (let round = 1; round <= rounds; round += 1) results.push(await run(round))
  return results
}
