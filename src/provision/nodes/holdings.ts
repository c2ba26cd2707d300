import { reasonOf } from '../../kernel/errors.ts'
import type { NodeId } from '../../node/identity.ts'
import type { PoolAdmin, PoolKind } from '../../resource/pool-admin.ts'

/** An entry of a pool that a node holds. */
export type Holding = {
  readonly kind: PoolKind
  readonly pool: string
  /** As written in the pool. */
  readonly entry: string
  /** Of a labelled entry; null: the plain one. */
  readonly label: string | null
}

/** What a node holds, and which places of pools could not be asked. */
export type Holdings = {
  readonly held: readonly Holding[]
  readonly failures: readonly { readonly kind: PoolKind; readonly reason: string }[]
}

/** Only looks. */
export async function holdingsOf(id: NodeId, pools: readonly PoolAdmin[]): Promise<Holdings> {
  const places = await Promise.all(
    pools.map(async (admin): Promise<Holdings> => {
      try {
        return { held: await heldIn(id, admin), failures: [] }
      } catch (thrown) {
        return { held: [], failures: [{ kind: admin.kind, reason: reasonOf(thrown) }] }
      }
    }),
  )
  return {
    held: places.flatMap((each) => each.held),
    failures: places.flatMap((each) => each.failures),
  }
}

/** What a node holds in one place. @throws ZtpError as PoolAdmin does */
export async function heldIn(id: NodeId, admin: PoolAdmin): Promise<readonly Holding[]> {
  const would = await admin.freeNode(id, { dryRun: true })
  return would.map(({ pool, key, from }) => {
    const slash = from.indexOf('/')
    return { kind: admin.kind, pool, entry: key, label: slash < 0 ? null : from.slice(slash + 1) }
  })
}
