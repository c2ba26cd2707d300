import { ZtpError } from '../../kernel/errors.ts'
import type { Addition, NewEntry } from '../../resource/pool-admin.ts'
import { type AdminCall, commitRevision } from './admin-call.ts'
import { type AdditionPlan, planAddition } from './admin-plan.ts'
import { type Draft, draftRow, emptyDraft } from './draft.ts'
import type { LoadedPool } from './loaded-pool.ts'
import type { AdditionRequest } from './messages.ts'
import { newPoolPath } from './pool-place.ts'

/** Appends entries to a pool, which is made if need be. */
export function addEntries(request: AdditionRequest, call: AdminCall): Addition {
  const { pool: name, entries, dryRun, fill = false } = request
  const { writer, now } = call
  try {
    if (dryRun) {
      const { table } = writer.look(name, now).pool
      return additionOf(planAddition(table, entries, fill), false)
    }
    const revision = writer.revise(name, now, ({ pool }, draft) => {
      const plan = planAddition(pool.table, entries, fill)
      draftEntries(draft, plan.added, now)
      draftHolders(draft, pool, plan.filled, now)
      return additionOf(plan, false)
    })
    return commitRevision(revision, call)
  } catch (thrown) {
    if (!(thrown instanceof ZtpError) || thrown.code !== 'ZTP_MISSING_POOL') throw thrown
    return makePool(request, call) ?? addEntries(request, call)
  }
}

/** @returns undefined when somebody else just made the pool */
function makePool(
  { pool: name, entries, dryRun }: AdditionRequest,
  call: AdminCall,
): Addition | undefined {
  newPoolPath(call.resources, name)
  const plan = planAddition(undefined, entries, false)
  const result = additionOf(plan, plan.conflicts.length === 0)
  if (dryRun || plan.conflicts.length > 0) return result
  const draft = emptyDraft()
  draftEntries(draft, plan.added, call.now)
  const made = call.writer.create(name, draft)
  return made && commitRevision({ result, ledger: made }, call)
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
