import { didYouMean } from '../../config/nearest.ts'
import { ZtpError } from '../../kernel/errors.ts'
import { type Identifier, type NodeId, nodeIdFor } from '../../node/identity.ts'
import type { Archived, NodeAdmin } from './ports.ts'

/**
 * The node id that a word of the command line stands for, written like one from the network.
 *
 * @throws ZtpError ZTP_UNSAFE_ID
 */
export function nodeIdOfWord(word: string, identifier: Identifier): NodeId {
  const id = nodeIdFor(word, identifier)
  if (id !== undefined) return id
  const right = "it takes letters, digits, '.', '_' and '-', at most 64, a letter or digit first"
  throw new ZtpError('ZTP_UNSAFE_ID', `'${word.slice(0, 80)}' is no node id: ${right}`)
}

/** That there is no such node, with what was probably meant, or what became of it. */
export async function unknownNode(
  id: NodeId,
  admin: Pick<NodeAdmin, 'ids' | 'archived'>,
): Promise<ZtpError> {
  const archived = await admin.archived(id)
  const rest = archived === undefined ? didYouMean(id, await admin.ids()) : fateOf(archived)
  return new ZtpError('ZTP_UNKNOWN_NODE', `there is no node ${id}${rest}`)
}

function fateOf({ folder, time, reason }: Archived): string {
  const what = reason.kind === 'replaced' ? `replaced by ${reason.by}` : reason.kind
  return `; it was ${what} on ${new Date(time).toISOString()}, and is archived in ${folder}`
}
