declare const safe: unique symbol

/** The name of a node's folder: matched `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`, normalised. */
export type NodeId = string & { readonly [safe]: true }

/** Which of a switch's numbers is its node id. */
export type Identifier = 'serialnumber' | 'systemmac'
