import { parseNodeId } from '../../../node/identity.ts'
import { holderKey, nodePart } from '../../../resource/holder.ts'
import type { Finding } from '../finding.ts'
import { named, type PoolItem, repeated, warningOn } from './pool-item.ts'

/** The nodes that there are; ids as holderKey gives them. */
export type KnownNodes = {
  has(id: string): boolean
  /** The node whose id is the same but for upper and lower case. */
  inOtherCase(id: string): string | undefined
}

/** @param ids the names of the folders in nodes/ */
export function knownNodes(ids: readonly string[]): KnownNodes {
  const exact = new Set(ids.map(holderKey))
  const folded = new Map(ids.map((id) => [id.toLowerCase(), id]))
  return { has: (id) => exact.has(id), inOtherCase: (id) => folded.get(id.toLowerCase()) }
}

/** Holders that have too much, or are not there. */
export function checkHolders(items: readonly PoolItem[], nodes: KnownNodes): readonly Finding[] {
  return [...heldTwice(items), ...strangers(items, nodes)]
}

function heldTwice(items: readonly PoolItem[]): readonly Finding[] {
  const key = ({ holder }: PoolItem) => (holder === null ? undefined : holderKey(holder))
  return repeated(items, key).map(([item, before]) => {
    const freeing = item.place === undefined ? '`ztps pools free`' : 'null here'
    const message = `${item.holder} holds ${named(before)} already, and gets that one: ${freeing} frees ${item.key}, and ID/LABEL is how one node holds several`
    return warningOn(item, 'ZTP_DUPLICATE_HOLDER', message)
  })
}

/** Each node that there is not is named once, at its first entry. */
function strangers(items: readonly PoolItem[], nodes: KnownNodes): readonly Finding[] {
  const held = new Map<string, PoolItem[]>()
  for (const item of items) {
    const id = item.holder === null ? undefined : holderKey(nodePart(item.holder))
    // What can be no node is set aside by a person, and told of by the reader of the pool.
    if (id === undefined || parseNodeId(id) === undefined || nodes.has(id)) continue
    const others = held.get(id)
    if (others === undefined) held.set(id, [item])
    else others.push(item)
  }
  return [...held].flatMap(([id, [first, ...others]]) =>
    first === undefined ? [] : [strangerFinding(id, first, others.length, nodes)],
  )
}

function strangerFinding(id: string, item: PoolItem, more: number, nodes: KnownNodes): Finding {
  const node = nodePart(item.holder ?? id)
  const what = more === 0 ? `${item.key} is` : `${item.key} and ${more} more are`
  const similar = nodes.inOtherCase(id)
  if (similar !== undefined) {
    const message = `${what} held by ${node}, and the node is called ${similar}: they differ in case, and are two nodes to the server`
    return warningOn(item, 'ZTP_CASE_CLASH', message)
  }
  const message = `${what} held by ${node}, which has no folder in nodes/: leave it if that switch is still to come, else \`ztps pools free --node ${node}\` frees all it has`
  return warningOn(item, 'ZTP_STRANGE_HOLDER', message)
}
