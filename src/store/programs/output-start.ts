/** The beginning of what comes in pieces; what is over the bound is counted, not kept. */
export type OutputStart = {
  take(chunk: Buffer): void
  bytes(): Buffer
  /** How many bytes were not kept. */
  lost(): number
}

/** @param most bytes that are kept */
export function collectStart(most: number): OutputStart {
  const chunks: Buffer[] = []
  let held = 0
  let lost = 0
  return {
    take(chunk) {
      const kept = chunk.subarray(0, most - held)
      if (kept.length > 0) chunks.push(kept)
      held += kept.length
      lost += chunk.length - kept.length
    },
    bytes: () => Buffer.concat(chunks),
    lost: () => lost,
  }
}
