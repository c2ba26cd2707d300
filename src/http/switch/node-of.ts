import { ZtpError } from '../../kernel/errors.ts'
import type { NodeId } from '../../node/identity.ts'
import { type Exchange, parameter } from './route.ts'

/** The node that the path names. @throws ZtpError ZTP_UNSAFE_ID */
export function nodeOf({ request, service }: Exchange): NodeId {
  const text = parameter(request, 'id')
  const id = service.nodeId(text)
  if (id === undefined) {
    throw new ZtpError('ZTP_UNSAFE_ID', `'${text.slice(0, 80)}' is not a node id`)
  }
  return id
}
