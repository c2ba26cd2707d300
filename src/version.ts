import { createRequire } from 'node:module'

const manifest: unknown = createRequire(import.meta.url)('../package.json')

/** X.Y.Z, as the package says. */
export const VERSION = versionOf(manifest)

/** No correct clock is behind it: a day on which this version was being made, ms since 1970. */
export const RELEASED = Date.UTC(2026, 10, 22)

function versionOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'version' in value)
    return String(value.version)
  throw new Error('package.json has no version')
}
