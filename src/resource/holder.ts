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

/** The ways to write a holder that compare as the same, for a search in what others wrote. */
export function holderSpellings(text: string): readonly string[] {
  const node = nodePart(text)
  const mac = normaliseMac(node)
  if (mac === undefined) return [text]
  const parts = (size: number) => mac.match(new RegExp(`.{${size}}`, 'g')) ?? []
  const spelt = [mac, parts(2).join(':'), parts(2).join('-'), parts(4).join('.')]
  const nodes = [node, ...spelt, ...spelt.map((each) => each.toUpperCase())]
  return [...new Set(nodes)].map((each) => each + text.slice(node.length))
}
