import { joinUrl } from '../config/server-url.ts'
import { RunFailure } from './run-failure.ts'
import type { Session } from './session.ts'

/** What the script tells of its run (spec: beyond.md, POST /nodes/ID/events). */
export type Progress = {
  readonly stage: 'bootstrap' | 'action'
  readonly status: 'started' | 'succeeded' | 'failed'
  readonly message: string
  readonly action?: string
  /** Of the whole run. */
  readonly percent?: number
}

/** Tells the server how far a switch is. */
export type Reporter = {
  /** That this fails never fails the run. */
  tell(progress: Progress): Promise<void>
}

/** A server that has no such thing: it is not bothered again. */
const UNSUPPORTED = [404, 405, 501]

/** @param location the node's URL, as the server gave it */
export function createReporter(session: Session, location: string): Reporter {
  const url = joinUrl(location, 'events')
  const headers = { 'Content-Type': 'application/json' }
  let supported = true

  async function tell(progress: Progress): Promise<void> {
    if (!supported) return
    const body = new TextEncoder().encode(JSON.stringify(progress))
    try {
      const answer = await session.send('progress', { method: 'POST', url, headers, body })
      supported = !UNSUPPORTED.includes(answer.status)
    } catch (thrown) {
      if (!(thrown instanceof RunFailure)) throw thrown
    }
  }

  return { tell }
}
