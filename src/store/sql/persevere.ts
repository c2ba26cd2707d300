import { setTimeout as wait } from 'node:timers/promises'
import type { SqlDialect } from './dialect.ts'
import type { OpenSession, Sessions } from './sessions.ts'
import { OutOfTime, troubleOf } from './trouble.ts'

/** How long to stay away from a file that another program writes. */
const NAP_MS = 3
/** Between two attempts to reach a server. */
const PAUSE_MS = 200
/** How long a server that broke off may take to come back. */
const RETURN_MS = 3_000

export type Persevere = {
  readonly dialect: SqlDialect
  readonly sessions: Sessions
  readonly limitMs: number
}

/**
 * Does a piece of work on a connection, within a time limit: once, and once more if the connection
 * broke, the server let us know that it may work now, or it could not be reached at first. What is
 * merely busy is asked again until the time is over.
 *
 * @throws whatever ended the last attempt; OutOfTime
 */
export async function persevere<T>(
  parts: Persevere,
  work: (open: OpenSession) => Promise<T>,
): Promise<T> {
  const { sessions, limitMs } = parts
  const state: State = { isOver: false, last: undefined }
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      state.isOver = true
      sessions.destroy()
      reject(new OutOfTime(limitMs, state.last))
    }, limitMs)
  })
  try {
    return await Promise.race([attempts(parts, work, state), limit])
  } finally {
    clearTimeout(timer)
  }
}

type State = {
  isOver: boolean
  /** Why the last attempt failed. */
  last: unknown
}

async function attempts<T>(
  { dialect, sessions }: Persevere,
  work: (open: OpenSession) => Promise<T>,
  state: State,
): Promise<T> {
  let reached = 0
  let unreached = 0
  let backBy = Number.POSITIVE_INFINITY
  for (;;) {
    const before = reached
    try {
      return await sessions.use((open) => {
        reached += 1
        return work(open)
      })
    } catch (thrown) {
      const trouble = troubleOf(dialect, thrown)
      if (state.isOver || trouble === 'refused' || trouble === 'data') throw thrown
      state.last = thrown
      if (trouble !== 'busy') {
        if (reached > before) {
          if (reached > 1) throw thrown
          backBy = Date.now() + RETURN_MS
        } else {
          unreached += 1
          if (reached === 0 ? unreached > 1 : Date.now() > backBy) throw thrown
        }
      }
      await wait(trouble === 'busy' ? NAP_MS : PAUSE_MS)
      // The time ran out meanwhile: nobody waits for this any more, and others use the connection.
      if (state.isOver) throw thrown
    }
  }
}
