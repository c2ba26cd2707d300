import type { NodeId } from '../../node/identity.ts'
import type { PoolEntryStatus } from '../../resource/pool-admin.ts'
import { isHeldBy } from './free-entries.ts'

/** Which entries of a pool to show. */
export type Selection =
  | { readonly kind: 'all' | 'free' | 'held' }
  | { readonly kind: 'node'; readonly node: NodeId }

/** The entries that are selected, in their order. */
export function selectEntries(
  entries: readonly PoolEntryStatus[],
  selection: Selection,
): readonly PoolEntryStatus[] {
  switch (selection.kind) {
    case 'all':
      return entries
    case 'free':
      return entries.filter((each) => each.state === 'free')
    case 'held':
      return entries.filter((each) => each.state !== 'free')
    case 'node':
      return entries.filter((each) => isHeldBy(each, selection.node))
  }
}
