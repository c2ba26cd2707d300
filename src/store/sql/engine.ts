import { failureOf } from '../../thread/protocol.ts'
import { allocate, type Outcomes, peek, type Table } from './allocate.ts'
import type { SqlDialect } from './dialect.ts'
import type { SqlLimits } from './limits.ts'
import type { SqlChange, SqlOutcome, SqlReply, SqlRequest } from './messages.ts'
import { type Persevere, persevere } from './persevere.ts'
import { release } from './release.ts'
import { createSessions, type OpenSession } from './sessions.ts'
import { inTransaction } from './transaction.ts'
import { databaseFailure, OutOfTime, troubleOf } from './trouble.ts'

/** The pools of one database, as the worker serves them: one request at a time. */
export type SqlEngine = {
  /** Nothing is thrown: what fails is an outcome. */
  run(request: SqlRequest): Promise<SqlReply>
}

type Batch = Extract<SqlRequest, { kind: 'serve' }>

/** A batch under way. */
type Course = {
  readonly batch: Batch
  /** By `performance.now()`. */
  readonly began: number
  /** How long after that it may be committed, in milliseconds. */
  readonly limitMs: number
  /** What it came to, if a commit that nobody answered for took place. */
  doubtful: Outcomes | undefined
}

/**
 * Serves batches of one table each. Those who were told before need no transaction, all others share
 * one: the table's lock, who has an entry, the first free ones, all changes, our notes, the commit.
 *
 * A batch whose connection broke is done once more on a new one. After a commit that nobody
 * answered for that is safe too, since who has an entry is asked first; only what was to be freed
 * may be with its holder again, so it is freed only if it is known to be from before.
 */
export function createSqlEngine(dialect: SqlDialect, limits: SqlLimits): SqlEngine {
  let warnings: string[] = []
  const sessions = createSessions(dialect, {
    create: false,
    makeLedger: true,
    idleMs: limits.idle,
    warn: (message) => void warnings.push(message),
  })
  const parts: Persevere = { dialect, sessions, limitMs: limits.batch }

  async function outcomesOf(request: SqlRequest): Promise<readonly SqlOutcome[]> {
    if (request.kind === 'serve') return serve(request)
    if (request.kind === 'confirm') return confirm(request.nodes)
    await sessions.close().catch(() => sessions.destroy())
    return []
  }

  async function confirm(nodes: readonly string[]): Promise<readonly SqlOutcome[]> {
    try {
      await persevere(parts, ({ session, ledger }) =>
        inTransaction(session, undefined, () => ledger.confirm(session.db, nodes)),
      )
      return nodes.map(() => ({ kind: 'done' }))
    } catch (thrown) {
      return nodes.map(() => failed(dialect, thrown))
    }
  }

  async function serve(batch: Batch): Promise<readonly SqlOutcome[]> {
    const course: Course = {
      batch,
      began: performance.now(),
      limitMs: limits.batch,
      doubtful: undefined,
    }
    const { changes } = batch
    try {
      const outcomes = await persevere(parts, (open) => serveOn(open, course, dialect))
      return changes.map((each) => outcomes.get(each) ?? failed(dialect, new Error(DOUBTFUL)))
    } catch (thrown) {
      if (changes.length > 1 && troubleOf(dialect, thrown) === 'data') return halves(batch)
      return changes.map((each) => ({ ...failed(dialect, thrown), ...takenBy(each, course) }))
    }
  }

  /** One of the requests has a value that the table does not take: the others are served. */
  async function halves(batch: Batch): Promise<readonly SqlOutcome[]> {
    const middle = batch.changes.length >> 1
    const first = await serve({ ...batch, changes: batch.changes.slice(0, middle) })
    return [...first, ...(await serve({ ...batch, changes: batch.changes.slice(middle) }))]
  }

  return {
    async run(request) {
      warnings = []
      const outcomes = await outcomesOf(request)
      return { outcomes, warnings }
    },
  }
}

const DOUBTFUL = 'the connection broke, and nobody knows whether the entry was freed'

async function serveOn(
  { session, ledger }: OpenSession,
  course: Course,
  dialect: SqlDialect,
): Promise<Outcomes> {
  const { db } = session
  const { table: name, now, changes } = course.batch
  const { table, outcomes } = await session.read(async () => {
    const pool = await dialect.describe(db, name)
    const table: Table = { db, pool, ledger, name, now, locksRows: dialect.locksRows }
    return { table, outcomes: await peek(table, changes.filter(isAllocate)) }
  })
  const rest = changes.filter((each) => !outcomes.has(each) && !isRisky(each, course))
  if (rest.length === 0) return outcomes
  try {
    const served = await inTransaction(
      session,
      table.pool.name,
      () => changeInTime(table, rest, course),
      (planned) => {
        course.doubtful = planned
      },
    )
    course.doubtful = undefined
    return new Map([...outcomes, ...served])
  } catch (thrown) {
    if (troubleOf(dialect, thrown) !== 'lost') course.doubtful = undefined
    throw thrown
  }
}

/** A call that hangs lets no timer run: nobody may wait for what it was good for any more. */
async function changeInTime(
  table: Table,
  changes: readonly SqlChange[],
  { began, limitMs }: Course,
): Promise<Outcomes> {
  const outcomes = await change(table, changes)
  if (performance.now() - began > limitMs) throw new OutOfTime(limitMs, undefined)
  return outcomes
}

/** What is given back first may go to those who ask in the same moment. */
async function change(table: Table, changes: readonly SqlChange[]): Promise<Outcomes> {
  const released = await release(table, changes.filter(isRelease))
  const allocated = await allocate(table, changes.filter(isAllocate))
  return new Map([...released, ...allocated])
}

function isAllocate(each: SqlChange) {
  return each.kind === 'allocate'
}

function isRelease(each: SqlChange) {
  return each.kind !== 'allocate'
}

/** Whether a second attempt could free what its holder was given anew after the first. */
function isRisky(each: SqlChange, { doubtful }: Course): boolean {
  return doubtful !== undefined && each.kind !== 'allocate' && each.since === undefined
}

function takenBy(each: SqlChange, { doubtful }: Course): { readonly taken?: string } {
  const outcome = doubtful?.get(each)
  return outcome?.kind === 'allocated' && outcome.fresh ? { taken: outcome.key } : {}
}

/** What was thrown, as an outcome. */
function failed(dialect: SqlDialect, thrown: unknown): Extract<SqlOutcome, { kind: 'failed' }> {
  return { kind: 'failed', failure: failureOf(databaseFailure(dialect, thrown)) }
}
