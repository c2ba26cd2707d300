import { ZtpError } from '../../kernel/errors.ts'
import { holderKey } from '../../resource/holder.ts'
import { failureOf } from '../../thread/protocol.ts'
import { type Draft, draftFree } from './draft.ts'
import type { PoolChange, PoolOutcome } from './messages.ts'
import { createNotes, type NoteParts } from './notes.ts'

/** What serving some requests from one pool comes to; nothing of it is on disk yet. */
export type Turn = {
  readonly outcomes: readonly PoolOutcome[]
  /** For each request the entry that its outcome rests on. */
  readonly restsOn: readonly (string | undefined)[]
}

/** What a turn is taken on; the pool by the name that definitions have for it. */
export type Table = NoteParts & { readonly name: string }

type Served = { readonly outcome: PoolOutcome; readonly key?: string }

/** Serves the requests in their order. The pool's table and rows are changed as it goes. */
export function takeTurn(table: Table, requests: readonly PoolChange[], draft: Draft): Turn {
  const { name, pool } = table
  const notes = createNotes(table, draft)
  const served = requests.map(serve)
  return { outcomes: served.map(({ outcome }) => outcome), restsOn: served.map(({ key }) => key) }

  function serve(request: PoolChange): Served {
    try {
      if (request.kind === 'allocate') return allocate(request.holder)
      return release(request.holder, request.value, request.kind === 'give-back')
    } catch (thrown) {
      return { outcome: { kind: 'failed', failure: failureOf(thrown) } }
    }
  }

  function allocate(holder: string): Served {
    const held = notes.entryOf(holder)
    if (held !== undefined) {
      notes.noteAgain(held, holder)
      return { outcome: { kind: 'allocated', value: held, fresh: false }, key: held }
    }
    const free = pool.table.firstFree()
    if (free === undefined) throw exhausted(name, pool.table.size, holder)
    pool.table.set(free, holder)
    draft.touched.add(free)
    notes.noteGiven(free, holder)
    return { outcome: { kind: 'allocated', value: free, fresh: true }, key: free }
  }

  function release(holder: string, key: string, unlessRepeated: boolean): Served {
    const outcome: PoolOutcome = { kind: 'released', freed: false }
    const current = pool.table.holderOf(key)
    const isMissing = current === undefined && !unlessRepeated
    // It is not to come back with its holder if the line does.
    if (isMissing && notes.latest(key, holder) !== undefined) draft.forget.add(key)
    if (!current || holderKey(current) !== holderKey(holder)) return { outcome }
    if (unlessRepeated && notes.latest(key, holder)?.repeated !== false) return { outcome }
    pool.table.set(key, null)
    pool.noted.delete(key)
    draftFree(draft, key)
    return { outcome: { kind: 'released', freed: true }, key }
  }
}

function exhausted(pool: string, size: number, holder: string): ZtpError {
  const entries = `${size} ${size === 1 ? 'entry' : 'entries'}`
  const reason = `no resource free in '${pool}': none of its ${entries} is left for ${holder}`
  return new ZtpError('ZTP_POOL_EXHAUSTED', reason)
}
