import { ZtpError } from '../../kernel/errors.ts'
import { holderKey } from '../../resource/holder.ts'
import { failureOf } from '../../thread/protocol.ts'
import { type Draft, draftFree, draftRow } from './draft.ts'
import type { LedgerRow } from './ledger-row.ts'
import type { LoadedPool } from './loaded-pool.ts'
import type { PoolChange, PoolOutcome } from './messages.ts'
import { isNoted } from './reconcile.ts'

/** What serving some requests from one pool comes to; nothing of it is on disk yet. */
export type Turn = {
  readonly outcomes: readonly PoolOutcome[]
  /** For each request the entry that its outcome rests on. */
  readonly restsOn: readonly (string | undefined)[]
}

/** What a turn is taken on. */
export type Table = {
  /** The pool as definitions name it. */
  readonly name: string
  readonly pool: LoadedPool
  /** An entry's row as the ledger has it now: other processes may have told its holder too. */
  readonly noted: (key: string) => LedgerRow | undefined
  readonly now: number
}

/** Serves the requests in their order. The pool's index and rows are changed as it goes. */
export function takeTurn(
  { name, pool, noted, now }: Table,
  requests: readonly PoolChange[],
  draft: Draft,
): Turn {
  const restsOn: (string | undefined)[] = []
  const outcomes = requests.map((request) => {
    const { outcome, key } = serve(request)
    restsOn.push(key)
    return outcome
  })
  return { outcomes, restsOn }

  function serve(request: PoolChange): { outcome: PoolOutcome; key?: string } {
    try {
      if (request.kind === 'allocate') return allocate(request.holder)
      return release(request.holder, request.value, request.kind === 'give-back')
    } catch (thrown) {
      return { outcome: { kind: 'failed', failure: failureOf(thrown) } }
    }
  }

  function allocate(holder: string): { outcome: PoolOutcome; key: string } {
    const held = pool.index.keyOf(holder)
    if (held !== undefined) {
      note(held, holder, true)
      return { outcome: { kind: 'allocated', value: held, fresh: false }, key: held }
    }
    const free = pool.index.firstFree()
    if (free === undefined) {
      const size = `${pool.index.size} ${pool.index.size === 1 ? 'entry' : 'entries'}`
      const reason = `no resource free in '${name}': none of its ${size} is left for ${holder}`
      throw new ZtpError('ZTP_POOL_EXHAUSTED', reason)
    }
    pool.index.set(free, holder)
    draft.changes.set(free, holder)
    note(free, holder, false)
    return { outcome: { kind: 'allocated', value: free, fresh: true }, key: free }
  }

  function note(key: string, holder: string, repeated: boolean): void {
    forgetMissing(holder)
    if (repeated && isNoted(pool.rows.get(key), now)) return
    const before = repeated ? latest(key, holder) : undefined
    const state = before?.state ?? 'reserved'
    const givenAt = repeated ? before?.givenAt : now
    const row: LedgerRow = { key, holder, answeredAt: now, givenAt, repeated, state }
    pool.rows.set(key, row)
    draftRow(draft, row)
  }

  /** A row of the entry's former holder says nothing. */
  function latest(key: string, holder: string): LedgerRow | undefined {
    const row = draft.put.get(key) ?? noted(key)
    return row && holderKey(row.holder) === holderKey(holder) ? row : undefined
  }

  /** What the holder had where a line is missing now: it has, or gets, another, or wants it freed. */
  function forgetMissing(holder: string): void {
    const key = pool.missing.get(holderKey(holder))
    if (key === undefined) return
    pool.missing.delete(holderKey(holder))
    draft.forget.add(key)
  }

  function release(
    holder: string,
    key: string,
    unlessRepeated: boolean,
  ): { outcome: PoolOutcome; key?: string } {
    const outcome: PoolOutcome = { kind: 'done' }
    const current = pool.index.holderOf(key)
    if (!unlessRepeated && pool.missing.get(holderKey(holder)) === key) forgetMissing(holder)
    if (!current || holderKey(current) !== holderKey(holder)) return { outcome }
    if (unlessRepeated && latest(key, holder)?.repeated !== false) return { outcome }
    pool.index.set(key, null)
    pool.rows.delete(key)
    draftFree(draft, key)
    return { outcome, key }
  }
}
