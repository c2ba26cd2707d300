import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { ZtpError } from '../../kernel/errors.ts'
import type { Arrival, Taker } from './dispatch.ts'
import type { Order, Report } from './messages.ts'

/** How a worker ended. */
export type End = {
  /** In words. */
  readonly how: string
  /** A connection that was on its way to it: nobody has read from it. */
  readonly left: Arrival | undefined
}

/** A worker, as the process that started it sees it. */
export type WorkerProcess<Start, News> = Taker & {
  readonly pid: number
  /** When it serves. Rejects with what it failed of, or when it ends before. */
  readonly ready: Promise<void>
  readonly ended: Promise<End>
  tell(order: Order<Start, News>): void
  /** Asks whether it lives. @returns how often it has been asked since it last answered */
  ask(): number
  kill(): void
}

/** A connection that was sent and not yet taken. */
type Sent = Arrival & { readonly done: () => void }

/** How long a connection may be on its way before we ask, in milliseconds. */
const ON_ITS_WAY_MS = 1_000

/**
 * @param child just started, with a channel for messages
 * @param onLoss called when a connection could not reach it; the connection is cut then
 */
export function workerProcess<Start, News>(
  child: ChildProcess,
  start: Start,
  onLoss: () => void,
): WorkerProcess<Start, News> {
  let unanswered = 0
  let sent: Sent | undefined
  let doubted: Sent | undefined
  const ended = endOf(child).then((how) => ({ how, left: sent }))
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message) => {
      const report = message as Report
      unanswered = 0
      if (report.is === 'ready') resolve()
      else if (report.is === 'taken') taken()
      else if (report.is === 'settled') settled()
      else if (report.is === 'failed') reject(new ZtpError(report.code, report.message))
    })
    ended.then(() => reject(new ZtpError('ZTP_INTERNAL', 'a worker ended before it served')))
  })
  ready.catch(() => {})

  /** The worker has the connection: ours is one too many. */
  function taken(): void {
    const { socket, done } = sent ?? {}
    sent = undefined
    socket?.destroy()
    done?.()
  }

  /**
   * A process out of file descriptors is not even told that there was a connection; what we say
   * after it, it hears.
   */
  function doubt(connection: Sent): void {
    if (sent !== connection) return
    doubted = connection
    tell({ do: 'settle' })
  }

  function settled(): void {
    if (sent === undefined || sent !== doubted) return
    onLoss()
    taken()
  }

  function tell(order: Order<Start, News>): void {
    if (child.connected) child.send(order, () => {})
  }

  tell({ do: 'start', start })
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    tell,
    take({ socket, secure }, done) {
      if (!child.connected) return false
      const order: Order<Start, News> = { do: 'take', secure }
      const mine = { socket, secure, done }
      sent = mine
      // Ours stays open until the worker says that it has it: it may die before.
      child.send(order, socket, { keepOpen: true }, () => {})
      setTimeout(() => doubt(mine), ON_ITS_WAY_MS).unref()
      return true
    },
    ask() {
      tell({ do: 'answer' })
      unanswered += 1
      return unanswered
    },
    kill: () => void child.kill('SIGKILL'),
  }
}

/** When it has ended and all that it said was heard. @returns how, in words */
async function endOf(child: ChildProcess): Promise<string> {
  try {
    // Not `exit`, since words may still be on their way; nor `disconnect`, which does not come when
    // a socket was.
    const [status, signal] = await once(child, 'close')
    return signal ?? `status ${status}`
  } catch (thrown) {
    return `it could not be started: ${thrown}`
  }
}
