import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { reasonOf } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import { backOff } from './back-off.ts'
import { createDispatch } from './dispatch.ts'
import { type WorkerProcess, workerProcess } from './worker-process.ts'

export type CrewOptions<Start> = {
  readonly size: number
  /** Starts a process that runs `followOrders`, with a channel for messages. */
  fork(): ChildProcess
  /** What a worker that starts now has to know. */
  start(): Start
  readonly logger: Logger
  /** How long workers may take to end when everything is cut, in milliseconds; two seconds. */
  readonly graceMs?: number
}

/** Workers that serve what comes in; one that dies is replaced. */
export type Crew<News> = {
  take(socket: Socket, secure: boolean): void
  /** Tells all of them. */
  tell(news: News): void
  /** Kills those that have been asked before and have not answered. Meant for regular times. */
  muster(): void
  /**
   * Lets requests in flight end, and the workers with them.
   *
   * @param cut when it resolves, what is left is cut
   */
  stop(cut: Promise<unknown>): Promise<void>
}

/** How often a worker may be silent when it is asked. */
const MOST_UNANSWERED = 3
const USUAL_GRACE_MS = 2_000

/**
 * Starts the workers.
 *
 * @throws ZtpError what the first of them failed of; none is left then
 */
export async function startCrew<Start, News>(options: CrewOptions<Start>): Promise<Crew<News>> {
  const crew = new WorkerCrew<Start, News>(options)
  await crew.start()
  return crew
}

class WorkerCrew<Start, News> implements Crew<News> {
  readonly #options: CrewOptions<Start>
  readonly #dispatch = createDispatch()
  readonly #workers = new Set<WorkerProcess<Start, News>>()
  readonly #stopping = new AbortController()

  constructor(options: CrewOptions<Start>) {
    this.#options = options
  }

  async start(): Promise<void> {
    const first = Array.from({ length: this.#options.size }, () => this.#startOne())
    try {
      await Promise.all(first.map((worker) => worker.ready))
    } catch (thrown) {
      await this.#end(Promise.resolve())
      throw thrown
    }
    for (const worker of first) void this.#keepPlace(worker)
  }

  take(socket: Socket, secure: boolean): void {
    if (this.#dispatch.add({ socket, secure })) return
    socket.destroy()
    this.#options.logger.error('a connection was cut: too many wait for workers')
  }

  tell(news: News): void {
    for (const worker of this.#workers) worker.tell({ do: 'hear', news })
  }

  muster(): void {
    for (const worker of this.#workers) {
      if (worker.ask() <= MOST_UNANSWERED) continue
      this.#options.logger.error(`worker ${worker.pid} does not answer: it is killed`)
      worker.kill()
    }
  }

  async stop(cut: Promise<unknown>): Promise<void> {
    await Promise.race([this.#dispatch.empty(), cut])
    this.#dispatch.cut()
    await this.#end(cut)
  }

  /** Starts a worker, which joins when it serves. */
  #startOne(): WorkerProcess<Start, News> {
    const { fork, start, logger } = this.#options
    const child = fork()
    const worker = workerProcess<Start, News>(child, start(), () =>
      logger.error(
        `worker ${child.pid} could not take a connection: too many open files (ulimit -n)`,
      ),
    )
    this.#workers.add(worker)
    worker.ready.then(
      () => this.#dispatch.join(worker),
      () => {},
    )
    worker.ended.then(({ left }) => {
      this.#dispatch.leave(worker, left)
      this.#workers.delete(worker)
    })
    return worker
  }

  /** Sees to it that a place is filled until the crew is stopped. */
  async #keepPlace(first: WorkerProcess<Start, News>): Promise<void> {
    const { signal } = this.#stopping
    const { next } = backOff()
    for (let worker = first; ; worker = this.#startOne()) {
      const began = performance.now()
      const how = await deathOf(worker)
      if (signal.aborted) return
      const delay = next(performance.now() - began)
      this.#options.logger.error(`${how}; another worker starts in ${delay / 1000} s`)
      await wait(delay, undefined, { signal }).catch(() => {})
      if (signal.aborted) return
    }
  }

  async #end(cut: Promise<unknown>): Promise<void> {
    this.#stopping.abort()
    const all = [...this.#workers]
    for (const worker of all) worker.tell({ do: 'stop' })
    const { graceMs = USUAL_GRACE_MS } = this.#options
    cut.then(async () => {
      for (const worker of all) worker.tell({ do: 'cut' })
      await wait(graceMs, undefined, { ref: false })
      for (const worker of all) worker.kill()
    })
    await Promise.all(all.map((worker) => worker.ended))
  }
}

/** Waits for the end of a worker. @returns what is to be said of it */
async function deathOf({ pid, ready, ended }: WorkerProcess<never, never>): Promise<string> {
  const { how } = await ended
  const [start] = await Promise.allSettled([ready])
  const failure = start.status === 'rejected' ? `: ${reasonOf(start.reason)}` : ''
  return `worker ${pid} died (${how})${failure}`
}
