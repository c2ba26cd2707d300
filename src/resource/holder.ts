import { normaliseMac } from '../node/identity.ts'
import type { Holder } from './pool-port.ts'

/** The holder as a pool has it: `ID`, or `ID/LABEL`. */
export function holderText({ nodeId, label }: Holder): string {
  return label === undefined ? nodeId : `${nodeId}/${label}`
}

/** The node's part of a holder's text. */
export function nodePart(text: string): string {
  const slash = text.indexOf('/')
  return slash < 0 ? text : text.slice(0, slash)
}

/**
 * What two holders are compared by: the text as written, but a MAC in any of its spellings is the
 * same node.
 */
export function holderKey(text: string): string {
  const node = nodePart(text)
  const mac = normaliseMac(node)
  return mac === undefined ? text : mac + text.slice(node.length)
}
