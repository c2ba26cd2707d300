import type { Step } from './exchange.ts'

/** Which step a request belongs to; the first pattern that fits `METHOD /path` decides. */
const STEPS: readonly (readonly [RegExp, Step])[] = [
  [/^GET \/bootstrap$/, 'bootstrap'],
  [/^GET \/bootstrap\/config$/, 'config'],
  [/^POST \/nodes$/, 'details'],
  [/^GET \/nodes\/[^/]+$/, 'definition'],
  [/^POST \/nodes\/[^/]+\/events$/, 'progress'],
  [/^[A-Z]+ \/nodes\/[^/]+\/startup-config$/, 'startup-config'],
  [/^GET \/actions\//, 'action'],
  [/^GET \/meta\//, 'metadata'],
  [/^GET \//, 'file'],
]

/**
 * The step of the protocol that a request is made in.
 *
 * @param path from the server's root, as it was sent
 * @returns undefined for a request that no step makes
 */
export function stepOf(method: string, path: string): Step | undefined {
  return STEPS.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1]
}
