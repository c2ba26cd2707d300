import { ZtpError } from '../../kernel/errors.ts'
import { errorOf } from '../../thread/protocol.ts'
import { createWorkerClient } from '../../thread/worker-client.ts'
import { workerUrl } from '../../thread/worker-url.ts'
import { type Batches, createBatches } from '../batches.ts'
import { holdSqlite } from '../hold-sqlite.ts'
import type { SqlChange, SqlOutcome, SqlReply, SqlRequest, SqlSetup } from './messages.ts'

/** A change on its way. */
export type Asked = {
  readonly table: string
  readonly change: SqlChange
  /** Nobody waits for it any more. */
  isAbandoned: boolean
  /** When its batch went out, ms since 1970: what the ledger says of an entry that it took. */
  sentAt: number
}

/** The way to the worker threads of one database: a queue for each table. */
export type SqlQueues = {
  /**
   * @returns the outcome, never a failure
   * @throws ZtpError why it failed, ten seconds later at most
   */
  submit(
    table: string,
    change: SqlChange,
  ): Promise<{ readonly outcome: SqlOutcome; readonly asked: Asked }>
  /** @throws like submit */
  confirm(node: string): Promise<void>
  /** Waits for what is under way. */
  close(): Promise<void>
}

type Options = {
  readonly now: () => number
  readonly warn: (message: string) => void
  /** Told of what came of a change that failed, or whose answer came too late. */
  readonly lost: (asked: Asked, outcome: SqlOutcome) => void
}

/** A batch is at most so many requests: the next one does not wait too long for it. */
const MOST = 1_000
/** How many connections to a server at once, each for another table. */
const CONNECTIONS = 3

/** What is asked of a table while a batch for it is under way is its next batch. */
export function createSqlQueues(
  { target, limits }: SqlSetup,
  { now, warn, lost }: Options,
): SqlQueues {
  const worker = createWorkerClient<SqlRequest, SqlReply>({
    url: workerUrl(import.meta.url, 'sql-worker'),
    data: { target, limits } satisfies SqlSetup,
    hold: holdSqlite,
    // A file has one writer at a time anyway.
    size: target.kind === 'sqlite' ? 1 : CONNECTIONS,
    // The worker watches the time itself: this is for one that hangs in a call to the disk.
    timeoutMs: 2 * limits.batch,
  })
  const tables = new Map<string, Batches<Asked, SqlOutcome>>()
  const confirmations = createBatches<string, SqlOutcome>(
    (nodes) => send({ kind: 'confirm', nodes }),
    { most: MOST },
  )
  let wasUsed = false

  async function send(request: SqlRequest): Promise<readonly SqlOutcome[]> {
    wasUsed = true
    const { outcomes, warnings } = await worker.ask(request)
    for (const warning of warnings) warn(warning)
    return outcomes
  }

  function queueOf(table: string): Batches<Asked, SqlOutcome> {
    const known = tables.get(table)
    if (known !== undefined) return known
    const made = createBatches<Asked, SqlOutcome>((asked) => sendBatch(table, asked), {
      most: MOST,
    })
    tables.set(table, made)
    return made
  }

  async function sendBatch(table: string, asked: readonly Asked[]): Promise<readonly SqlOutcome[]> {
    const sentAt = now()
    const live = asked.filter((each) => !each.isAbandoned)
    for (const each of live) each.sentAt = sentAt
    const changes = live.map((each) => each.change)
    const serve = { kind: 'serve', table, now: sentAt, changes } as const
    const outcomes = live.length === 0 ? [] : await send(serve)
    const answers = new Map(live.map((each, at) => [each, outcomes[at]]))
    return asked.map((each) => answers.get(each) ?? { kind: 'done' })
  }

  return {
    async submit(table, change) {
      const asked: Asked = { table, change, isAbandoned: false, sentAt: 0 }
      const answer = queueOf(table).submit(asked)
      const outcome = await patiently(answer, limits.request, () => {
        asked.isAbandoned = true
        answer.then((late) => lost(asked, late)).catch(() => undefined)
      })
      if (outcome.kind === 'failed') lost(asked, outcome)
      return { outcome: demand(outcome), asked }
    },
    async confirm(node) {
      demand(await patiently(confirmations.submit(node), limits.request, () => undefined))
    },
    async close() {
      await Promise.all([...tables.values(), confirmations].map((each) => each.idle()))
      if (wasUsed) await worker.ask({ kind: 'close' }).catch(() => undefined)
      await worker.close()
    },
  }
}

function demand(outcome: SqlOutcome): SqlOutcome {
  if (outcome.kind === 'failed') throw errorOf(outcome.failure)
  return outcome
}

/**
 * The answer, if it comes within the time for a request.
 *
 * @param abandon called when it does not
 */
async function patiently<T>(
  answer: Promise<T>,
  milliseconds: number,
  abandon: () => void,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      abandon()
      const reason = `the database did not answer within ${milliseconds / 1_000} s`
      reject(new ZtpError('ZTP_DATABASE_FAILED', reason))
    }, milliseconds)
  })
  try {
    return await Promise.race([answer, limit])
  } finally {
    clearTimeout(timer)
  }
}
