import type { Diagnostic } from '../../kernel/diagnostic.ts'
import { nodeIdFor } from '../../node/identity.ts'
import { aboutFile } from './finding.ts'
import type { Site } from './site.ts'

/**
 * Whether a folder under nodes/ is a node's, and has what its node needs.
 *
 * @param file its path as the operator knows it
 * @param present the names of its files
 */
export function checkNodeFolder(
  name: string,
  file: string,
  present: ReadonlySet<string>,
  { settings }: Site,
): readonly Diagnostic[] {
  const { identifier, disableTopologyValidation } = settings
  const id = nodeIdFor(name, identifier)
  if (id === undefined) {
    const message = `'${name}' is no node id: it takes letters, digits, '.', '_' and '-', at most 64, a letter or digit first`
    return [aboutFile(file, 'error', 'ZTP_UNSAFE_ID', message)]
  }
  const found: Diagnostic[] = []
  const warn = (code: string, message: string) =>
    found.push(aboutFile(file, 'warning', code, message))
  if (id !== name) {
    const message = `with identifier = ${identifier} the node's folder is called ${id}: rename this one`
    warn('ZTP_UNREACHABLE_NODE', message)
  }
  if (!present.has('definition') && !present.has('startup-config')) {
    const message = `${name} has neither definition nor startup-config, and is refused: add one, or remove the folder so that neighbordb decides`
    warn('ZTP_NODE_NOT_CONFIGURED', message)
  }
  if (!present.has('pattern') && !disableTopologyValidation) {
    const message = `${name} has no pattern, and is refused its definition: add one, with 'interfaces: []' if any neighbours will do`
    warn('ZTP_MISSING_PATTERN', message)
  }
  return found
}
