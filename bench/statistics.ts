/** Times in milliseconds. */
export type Latency = {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** @param samples in any order; not changed */
export function latencyOf(samples: readonly number[] | Float64Array): Latency {
  const sorted = Float64Array.from(samples).sort()
  const at = (fraction: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * fraction) - 1)] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

/** Of an even count the lower one of the middle two. */
export function median(values: readonly number[]): number {
  return latencyOf(values).p50
}

/** Each figure's median over the rounds. */
export function medianLatency(rounds: readonly Latency[]): Latency {
  const of = (key: keyof Latency): number => median(rounds.map((each) => each[key]))
  return { p50: of('p50'), p95: of('p95'), p99: of('p99'), max: of('max') }
}
