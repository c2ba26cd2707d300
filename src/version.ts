import { createRequire } from 'node:module'

const manifest: unknown = createRequire(import.meta.url)('../package.json')

/** X.Y.Z, as the package says. */
export const VERSION = versionOf(manifest)

function versionOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'version' in value)
    return String(value.version)
  throw new Error('package.json has no version')
}
