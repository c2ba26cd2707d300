import type { Settings } from '../../config/options.ts'
import type { ReadyNode } from '../../provision/nodes/add-nodes.ts'
import type { GivenFile, PreparePorts } from '../../provision/nodes/prepare-node.ts'
import type { NewNode } from '../../provision/ports.ts'
import { filesBelow } from '../../provision/validate/data-files.ts'
import type { CliDeps } from '../deps.ts'
import type { NodesDesk } from './desk.ts'

/** What the commands that make nodes need beside the nodes. */
export function preparePorts(
  { library }: NodesDesk,
  { identifier, dataRoot }: Settings,
  deps: CliDeps,
): PreparePorts {
  return {
    library,
    identifier,
    async definitionNames() {
      const paths = await filesBelow(deps.dataFiles(dataRoot), 'definitions')
      return paths.map((path) => path.slice('definitions/'.length))
    },
  }
}

/** A file that the operator names. @throws ZtpError that names it */
export async function givenFile(path: string, deps: CliDeps): Promise<GivenFile> {
  return { path: path === '-' ? 'standard input' : path, bytes: await deps.readBytes(path) }
}

/** The files that a new node's folder gets, by name. */
export function fileNames(content: NewNode): readonly string[] {
  const { definition, startupConfig, attributes, pattern, configHandler } = content
  const files = { definition, 'startup-config': startupConfig, attributes, pattern }
  return Object.entries({ ...files, 'config-handler': configHandler }).flatMap(([name, given]) =>
    given === undefined ? [] : [name],
  )
}

/** A node that was made, or would be, for programs. */
export function readyJson({ id, content }: ReadyNode) {
  return { id, files: fileNames(content) }
}
