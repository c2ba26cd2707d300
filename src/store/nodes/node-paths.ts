import { join } from 'node:path'
import { ZtpError } from '../../kernel/errors.ts'
import type { NodeId } from '../../node/identity.ts'
import { confine } from '../confined-path.ts'

/** The names in a node's folder; *compat*. */
export const FILES = {
  report: '.node',
  pattern: 'pattern',
  definition: 'definition',
  attributes: 'attributes',
  startupConfig: 'startup-config',
  configHandler: 'config-handler',
} as const

/** Where a node's files are. */
export type NodePaths = { readonly folder: string } & Readonly<Record<keyof typeof FILES, string>>

/**
 * @param nodesFolder the data directory's `nodes`
 * @throws ZtpError ZTP_UNSAFE_ID
 */
export function nodePaths(nodesFolder: string, id: NodeId): NodePaths {
  const folder = confine(nodesFolder, [id])
  if (folder === undefined) {
    throw new ZtpError('ZTP_UNSAFE_ID', `${JSON.stringify(id)} cannot be the name of a folder`)
  }
  return {
    folder,
    report: join(folder, FILES.report),
    pattern: join(folder, FILES.pattern),
    definition: join(folder, FILES.definition),
    attributes: join(folder, FILES.attributes),
    startupConfig: join(folder, FILES.startupConfig),
    configHandler: join(folder, FILES.configHandler),
  }
}
