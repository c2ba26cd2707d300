declare const safe: unique symbol

/** The name of a node's folder: matched `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`, normalised. */
export type NodeId = string & { readonly [safe]: true }

/** Which of a switch's numbers is its node id. */
export type Identifier = 'serialnumber' | 'systemmac'

const NODE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
const MAC =
  /^(?:[0-9a-f]{12}|[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2})$/i

/** @returns the text as a node id, undefined if it has characters that no node id has */
export function parseNodeId(text: string): NodeId | undefined {
  return isNodeId(text) ? text : undefined
}

function isNodeId(text: string): text is NodeId {
  return NODE_ID.test(text)
}

/**
 * The twelve lower-case hexadecimal digits of a MAC written as `001122334455`,
 * `00:11:22:33:44:55`, `00-11-22-33-44-55` or `0011.2233.4455`, in any case.
 *
 * @returns undefined if the text is none of these
 */
export function normaliseMac(text: string): string | undefined {
  return MAC.test(text) ? withoutSeparators(text) : undefined
}

/** Lower case, without `:`, `.` and `-`: how a system MAC is stored and compared. */
export function withoutSeparators(text: string): string {
  return text.replace(/[:.-]/g, '').toLowerCase()
}

/**
 * The node id that a text from the network or from a URL stands for. With `systemmac` every way to
 * write a MAC gives the same id.
 *
 * @returns undefined if the text is not safe as the name of a folder
 */
export function nodeIdFor(text: string, identifier: Identifier): NodeId | undefined {
  return parseNodeId(identifier === 'systemmac' ? withoutSeparators(text) : text)
}

/**
 * The node id of a switch by what it reports.
 *
 * @returns `absent` when the report lacks the number, `unsafe` when it cannot be a folder's name
 */
export function nodeIdOf(
  report: Readonly<Record<Identifier, string | null>>,
  identifier: Identifier,
): { readonly kind: 'found'; readonly id: NodeId } | { readonly kind: 'absent' | 'unsafe' } {
  const text = report[identifier]
  if (text === null || text === '') return { kind: 'absent' }
  const id = nodeIdFor(text, identifier)
  return id === undefined ? { kind: 'unsafe' } : { kind: 'found', id }
}
