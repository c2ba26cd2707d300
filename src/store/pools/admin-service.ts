import { formatDiagnostic } from '../../kernel/diagnostic.ts'
import { ZtpError } from '../../kernel/errors.ts'
import { holderKey } from '../../resource/holder.ts'
import type {
  Addition,
  ChangedEntry,
  NewEntry,
  PoolContents,
  PoolEntryStatus,
} from '../../resource/pool-admin.ts'
import { parsePool } from '../../resource/pool-file.ts'
import { rangeSizes } from '../../resource/range-size.ts'
import {
  type AdditionPlan,
  freeKeys,
  freeNode,
  halfWay,
  type Plan,
  planAddition,
  reassign,
} from './admin-plan.ts'
import { type Draft, draftFree, draftRow, emptyDraft } from './draft.ts'
import type { LedgerRow } from './ledger-row.ts'
import type { LoadedPool } from './loaded-pool.ts'
import type { AdditionRequest, AdminRequest, PoolOutcome } from './messages.ts'
import { listPools, mentions, newPoolPath } from './pool-place.ts'
import { failed } from './pool-service.ts'
import type { PoolWriter, Revision, WriterParts } from './pool-writer.ts'

/** Serves what a person asks; with the lock held, and all on disk when it returns. */
export type AdminService = { serve(request: AdminRequest, now: number): PoolOutcome }

/** What is to be done in a pool, and with the rows of which entries even if the file lacks them. */
type Wish = {
  readonly plan: Plan
  /** @param target the pool as the ledger knows it */
  meant(target: string): readonly string[]
}

export function createAdminService(
  writer: PoolWriter,
  { resources, cache, ledger }: WriterParts,
): AdminService {
  function answer(request: AdminRequest, now: number): PoolOutcome {
    switch (request.kind) {
      case 'list':
        return { kind: 'listed', pools: [...listPools(resources)].sort() }
      case 'contents':
        return { kind: 'contents', contents: contents(request.pool, now) }
      case 'add':
        return { kind: 'added', addition: add(request.pool, request, now) }
      case 'free-keys': {
        const { pool, keys, dryRun } = request
        const wish = { plan: freeKeys(keys), meant: () => keys }
        return { kind: 'changed', changed: change(pool, wish, dryRun, now) }
      }
      case 'free-node':
        return everywhere(request.node, freeNode(request.node), request.dryRun, now)
      case 'reassign':
        return everywhere(request.from, reassign(request.from, request.to), request.dryRun, now)
    }
  }

  function contents(name: string, now: number): PoolContents {
    const { place, pool } = writer.look(name, now)
    const rows = new Map<string, LedgerRow>()
    ledger.visitRows(place.target, (row) => rows.set(row.key, row))
    const all = [...pool.table.entries()]
    const sizes = rangeSizes(all)
    const entries = all.map(({ key, holder }) => {
      const size = sizes.get(key) ?? 1
      return { key, size, holder, ...statusOf(holder, rows.get(key)) }
    })
    const text = Buffer.concat([...pool.table.content()]).toString('utf8')
    const warnings = parsePool(text, place.path).diagnostics.map(formatDiagnostic)
    return { kind: 'file', name, entries, warnings }
  }

  function change(
    name: string,
    { plan, meant }: Wish,
    dryRun: boolean,
    now: number,
  ): readonly ChangedEntry[] {
    if (dryRun) return plan({ name, table: writer.look(name, now).pool.table })
    return commit(
      writer.revise(name, now, ({ place, pool }, draft) => {
        const changed = plan({ name, table: pool.table })
        for (const each of changed) draftChange(draft, pool, each, now)
        // An entry whose line is missing just now is not to come back with its holder.
        for (const key of meant(place.target)) {
          if (pool.table.holderOf(key) === undefined) draft.forget.add(key)
        }
        return changed
      }),
    )
  }

  function add(
    name: string,
    wanted: Omit<AdditionRequest, 'kind' | 'pool'>,
    now: number,
  ): Addition {
    const { entries, dryRun, fill = false } = wanted
    try {
      if (dryRun) {
        const { table } = writer.look(name, now).pool
        return additionOf(planAddition(table, entries, fill), false)
      }
      return commit(
        writer.revise(name, now, ({ pool }, draft) => {
          const plan = planAddition(pool.table, entries, fill)
          draftEntries(draft, plan.added, now)
          draftHolders(draft, pool, plan.filled, now)
          return additionOf(plan, false)
        }),
      )
    } catch (thrown) {
      if (!(thrown instanceof ZtpError) || thrown.code !== 'ZTP_MISSING_POOL') throw thrown
      return make(name, entries, dryRun, now) ?? add(name, wanted, now)
    }
  }

  /** @returns undefined when somebody else just made the pool */
  function make(
    name: string,
    entries: readonly NewEntry[],
    dryRun: boolean,
    now: number,
  ): Addition | undefined {
    newPoolPath(resources, name)
    const plan = planAddition(undefined, entries, false)
    const result = additionOf(plan, plan.conflicts.length === 0)
    if (dryRun || plan.conflicts.length > 0) return result
    const draft = emptyDraft()
    draftEntries(draft, plan.added, now)
    const made = writer.create(name, draft)
    return made && commit({ result, ledger: made })
  }

  function everywhere(node: string, plan: Plan, dryRun: boolean, now: number): PoolOutcome {
    const meant = (target: string) => ledger.rowsOf(target, holderKey(node)).map(({ key }) => key)
    const wish = { plan, meant }
    const names = poolsOf(node, now)
    // First of all: one pool that cannot be read, or refuses, and none is changed.
    const planned = names.flatMap((name) => change(name, wish, true, now))
    if (dryRun) return { kind: 'changed', changed: planned }
    const changed: ChangedEntry[] = []
    for (const name of names) {
      try {
        changed.push(...change(name, wish, false, now))
      } catch (thrown) {
        throw changed.length === 0 ? thrown : halfWay(thrown, changed)
      }
    }
    return { kind: 'changed', changed }
  }

  /** Each file under one name; one that is no pool is left out when it does not mention the node. */
  function poolsOf(node: string, now: number): readonly string[] {
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

  function commit<T>({ result, ledger: change, failure }: Revision<T>): T {
    if (failure !== undefined) throw failure.thrown
    if (change === undefined || ledger.commit([change], [])) return result
    cache.dropAll()
    throw new ZtpError(
      'ZTP_STORE_FAILED',
      `the pool ${change.pool} is changed, but not the ledger: what was freed may be given back to its holder; do it again`,
    )
  }

  return {
    serve(request, now) {
      try {
        return answer(request, now)
      } catch (thrown) {
        return failed(thrown)
      }
    },
  }
}

function statusOf(
  holder: string | null,
  row: LedgerRow | undefined,
): Pick<PoolEntryStatus, 'state' | 'since'> {
  if (holder === null) return { state: 'free' }
  if (row === undefined || holderKey(row.holder) !== holderKey(holder)) return { state: 'held' }
  return { state: row.state, ...(row.givenAt === undefined ? {} : { since: row.givenAt }) }
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

function draftEntries(draft: Draft, entries: readonly NewEntry[], now: number): void {
  for (const entry of entries) {
    const { key, holder } = entry
    draft.append.push({ key, holder })
    draftGiven(draft, now, entry)
  }
}

function draftHolders(
  draft: Draft,
  pool: LoadedPool,
  entries: readonly NewEntry[],
  now: number,
): void {
  for (const entry of entries) {
    const { key, holder } = entry
    pool.table.set(key, holder)
    pool.noted.delete(key)
    draft.touched.add(key)
    draftGiven(draft, now, entry)
  }
}

/** What a person wrote, as it was given out elsewhere; of `held` nobody knows when, nor do we. */
function draftGiven(
  draft: Draft,
  now: number,
  { key, holder, state = 'reserved', since = now }: NewEntry,
): void {
  if (holder === null || state === 'held') draft.forget.add(key)
  // Its holder was told by whoever gave it out, once or more, and not by us.
  else draftRow(draft, { key, holder, answeredAt: since, givenAt: since, repeated: true, state })
}

function additionOf(plan: AdditionPlan, created: boolean): Addition {
  const { added, filled, present, conflicts } = plan
  return { added: [...added, ...filled].map((each) => each.key), present, conflicts, created }
}
