import { ZtpError } from '../../kernel/errors.ts'
import { holderKey } from '../../resource/holder.ts'
import type { ChangedEntry } from '../../resource/pool-admin.ts'
import { type AdminCall, commitRevision } from './admin-call.ts'
import { halfWay, type Plan } from './admin-plan.ts'
import { type Draft, draftFree, draftRow } from './draft.ts'
import type { LoadedPool } from './loaded-pool.ts'
import { listPools, mentions } from './pool-place.ts'

/** What is to be done in a pool, and with the rows of which entries even if the file lacks them. */
export type Wish = {
  readonly plan: Plan
  /** @param target the pool as the ledger knows it */
  meant(target: string): readonly string[]
  readonly dryRun: boolean
}

/** Changes holders in one pool. */
export function changePool(name: string, wish: Wish, call: AdminCall): readonly ChangedEntry[] {
  const { writer, now } = call
  const { plan, meant, dryRun } = wish
  if (dryRun) return plan({ name, table: writer.look(name, now).pool.table })
  const revision = writer.revise(name, now, ({ place, pool }, draft) => {
    const changed = plan({ name, table: pool.table })
    for (const each of changed) draftChange(draft, pool, each, now)
    // An entry whose line is missing just now is not to come back with its holder.
    for (const key of meant(place.target)) {
      if (pool.table.holderOf(key) === undefined) draft.forget.add(key)
    }
    return changed
  })
  return commitRevision(revision, call)
}

/** Changes all that a node holds, in every pool. */
export function changeEverywhere(
  node: string,
  { plan, dryRun }: Omit<Wish, 'meant'>,
  call: AdminCall,
): readonly ChangedEntry[] {
  const meant = (target: string) =>
    call.ledger.rowsOf(target, holderKey(node)).map(({ key }) => key)
  const names = poolsOf(node, call)
  // First of all: one pool that cannot be read, or refuses, and none is changed.
  const planned = names.flatMap((name) => changePool(name, { plan, meant, dryRun: true }, call))
  if (dryRun) return planned
  const changed: ChangedEntry[] = []
  for (const name of names) {
    try {
      changed.push(...changePool(name, { plan, meant, dryRun }, call))
    } catch (thrown) {
      throw changed.length === 0 ? thrown : halfWay(thrown, changed)
    }
  }
  return changed
}

/** Each file under one name; one that is no pool is left out when it does not mention the node. */
function poolsOf(node: string, { resources, writer, now }: AdminCall): readonly string[] {
  const targets = new Set<string>()
  return [...listPools(resources)].sort().filter((name) => {
    try {
      const { target } = writer.look(name, now).place
      return targets.size < targets.add(target).size
    } catch (thrown) {
      if (!(thrown instanceof ZtpError) || thrown.code !== 'ZTP_INVALID_POOL') throw thrown
      if (mentions(resources, name, node)) throw thrown
      return false
    }
  })
}

function draftChange(draft: Draft, pool: LoadedPool, { key, to }: ChangedEntry, now: number): void {
  pool.table.set(key, to)
  pool.noted.delete(key)
  if (to === null) {
    draftFree(draft, key)
    return
  }
  draft.touched.add(key)
  const times = { answeredAt: now, givenAt: now }
  draftRow(draft, { key, holder: to, ...times, repeated: true, state: 'reserved' })
}
