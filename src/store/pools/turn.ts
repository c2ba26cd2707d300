import { ZtpError } from '../../kernel/errors.ts'
import { holderKey, nodePart } from '../../resource/holder.ts'
import { failureOf } from '../../thread/protocol.ts'
import { type Draft, draftFree, draftRow } from './draft.ts'
import type { LedgerRow } from './ledger-row.ts'
import { type LoadedPool, remember } from './loaded-pool.ts'
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
  readonly rowOf: (key: string) => LedgerRow | undefined
  /** All rows of the pool for a node. */
  readonly rowsOf: (node: string) => readonly LedgerRow[]
  readonly now: number
}

/** Serves the requests in their order. The pool's table and rows are changed as it goes. */
export function takeTurn(
  { name, pool, rowOf, rowsOf, now }: Table,
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
    const held = entryOf(holder)
    if (held !== undefined) {
      noteAgain(held, holder)
      return { outcome: { kind: 'allocated', value: held, fresh: false }, key: held }
    }
    const free = pool.table.firstFree()
    if (free === undefined) {
      const size = `${pool.table.size} ${pool.table.size === 1 ? 'entry' : 'entries'}`
      const reason = `no resource free in '${name}': none of its ${size} is left for ${holder}`
      throw new ZtpError('ZTP_POOL_EXHAUSTED', reason)
    }
    forgetMissing(holder)
    pool.table.set(free, holder)
    draft.touched.add(free)
    const times = { answeredAt: now, givenAt: now }
    note({ key: free, holder, ...times, repeated: false, state: 'reserved' })
    return { outcome: { kind: 'allocated', value: free, fresh: true }, key: free }
  }

  /** Of several entries that the holder has, the first that we gave out, or else the first. */
  function entryOf(holder: string): string | undefined {
    const first = pool.table.keyOf(holder)
    if (first === undefined || pool.noted.has(first) || latest(first, holder)) return first
    const isTheirs = (other: string) => holderKey(other) === holderKey(holder)
    const given = rowsOf(holderKey(nodePart(holder))).find(
      (row) => isTheirs(row.holder) && isTheirs(pool.table.holderOf(row.key) ?? ''),
    )
    if (given !== undefined) pool.table.prefer(given.key)
    return given?.key ?? first
  }

  function noteAgain(key: string, holder: string): void {
    if (isNoted(pool.noted.get(key), now)) return
    const before = latest(key, holder)
    if (before !== undefined && isNoted(before, now)) remember(pool, before)
    else {
      forgetMissing(holder)
      const { state = 'reserved', givenAt } = before ?? {}
      note({ key, holder, answeredAt: now, givenAt, repeated: true, state })
    }
  }

  function note(row: LedgerRow): void {
    remember(pool, row)
    draftRow(draft, row)
  }

  /** A row of the entry's former holder says nothing. */
  function latest(key: string, holder: string): LedgerRow | undefined {
    const row = draft.put.get(key) ?? rowOf(key)
    return row && holderKey(row.holder) === holderKey(holder) ? row : undefined
  }

  /** What the holder had where a line is missing now: it has, or gets, another, or wants it freed. */
  function forgetMissing(holder: string): void {
    for (const row of rowsOf(holderKey(nodePart(holder)))) {
      const isTheirs = holderKey(row.holder) === holderKey(holder)
      if (isTheirs && pool.table.holderOf(row.key) === undefined) draft.forget.add(row.key)
    }
  }

  function release(
    holder: string,
    key: string,
    unlessRepeated: boolean,
  ): { outcome: PoolOutcome; key?: string } {
    const outcome: PoolOutcome = { kind: 'done' }
    const current = pool.table.holderOf(key)
    if (current === undefined && !unlessRepeated) forgetMissing(holder)
    if (!current || holderKey(current) !== holderKey(holder)) return { outcome }
    if (unlessRepeated && latest(key, holder)?.repeated !== false) return { outcome }
    pool.table.set(key, null)
    pool.noted.delete(key)
    draftFree(draft, key)
    return { outcome, key }
  }
}
