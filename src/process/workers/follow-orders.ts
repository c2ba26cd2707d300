import { Socket } from 'node:net'
import { failureOf } from '../../thread/protocol.ts'
import type { Order, Report } from './messages.ts'

/** A worker's end of the channel: what of the process it needs. */
export type Channel = {
  on(event: 'message', listener: (message: unknown, socket: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
  send?(message: Report, done: () => void): unknown
  disconnect(): void
}

/** What a worker does. */
export type Hands<News> = {
  take(socket: Socket, secure: boolean): void
  hear(news: News): void
  /** @param cut when it resolves, what is in flight is cut */
  stop(cut: Promise<unknown>): Promise<void>
}

/**
 * The worker's side: does what it is told, until it is told to stop or whoever tells it is gone.
 *
 * @param start what its program does at start; what it throws reaches the crew's starter
 * @param alone what cuts the requests in flight when nobody is left to say it
 * @returns the exit status, when the worker has ended its work: 1 when it could not start
 */
export function followOrders<Start, News>(
  channel: Channel,
  start: (what: Start) => Promise<Hands<News>>,
  alone: () => Promise<unknown>,
): Promise<number> {
  return new Promise((resolve) => {
    /** Undefined where it could not start. */
    let hands: Promise<Hands<News> | undefined> | undefined
    let stopped: Promise<void> | undefined
    let cutNow = () => {}
    const cut = new Promise<void>((done) => {
      cutNow = done
    })
    const report = (what: Report) => void channel.send?.(what, () => {})

    async function begin(what: Start): Promise<void> {
      const started = start(what)
      hands = started.catch(() => undefined)
      try {
        await started
        report({ is: 'ready' })
      } catch (thrown) {
        report({ is: 'failed', ...failureOf(thrown) })
        await stop()
      }
    }

    function stop(): Promise<void> {
      stopped ??= (async () => {
        const able = await hands
        await able?.stop(cut)
        resolve(able === undefined ? 1 : 0)
      })()
      return stopped
    }

    function take(able: Hands<News> | undefined, socket: unknown, secure: boolean): void {
      // It comes without a socket when the client has gone on the way.
      if (socket instanceof Socket) {
        // As Node's HTTP server would have it.
        socket.allowHalfOpen = true
        able?.take(socket, secure)
      }
      report({ is: 'taken' })
    }

    async function follow(order: Order<Start, News>, socket: unknown): Promise<void> {
      switch (order.do) {
        case 'start':
          return begin(order.start)
        case 'take':
          return take(await hands, socket, order.secure)
        case 'settle':
          // Not before the report of a connection that waits for the same.
          await hands
          return report({ is: 'settled' })
        case 'hear':
          return (await hands)?.hear(order.news)
        case 'answer':
          return report({ is: 'alive' })
        case 'stop':
          return stop()
        case 'cut':
          return cutNow()
      }
    }

    channel.on('message', (order, socket) => void follow(order as Order<Start, News>, socket))
    channel.on('disconnect', () => {
      void stop()
      void alone().then(cutNow)
    })
  })
}
