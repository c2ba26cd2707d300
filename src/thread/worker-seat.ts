import { type ResourceLimits, Worker } from 'node:worker_threads'
import { reasonOf, ZtpError } from '../kernel/errors.ts'
import { END, errorOf, type Note, type Reply } from './protocol.ts'
import type { Seat } from './seats.ts'

export type WorkerOptions<Request = unknown> = {
  /** The entry file, from `workerUrl`. */
  readonly url: URL
  /** How long one request may run, in ms, once its worker is up; then another worker takes over. */
  readonly timeoutMs?: number
  /** What the worker finds as `workerData`. */
  readonly data?: unknown
  /** Its environment variables; a copy of ours by default. */
  readonly env?: NodeJS.ProcessEnv
  readonly resourceLimits?: ResourceLimits
  /**
   * Loads, beside the worker, a native library that must not go with it. A worker with one ends by
   * itself: ended from outside in the middle of a call, the library would end the process.
   */
  readonly hold?: () => Promise<unknown>
  /** Is told what the worker says while it works on a request. */
  readonly hear?: (request: Request, note: Note) => void
}

type Running<Request, Response> = {
  readonly id: number
  readonly request: Request
  readonly resolve: (response: Response) => void
  readonly reject: (reason: Error) => void
}

/**
 * One place for a worker: started when first needed, and again after it died. It keeps its process
 * alive only while it runs a request.
 */
export function createSeat<Request, Response>(
  options: WorkerOptions<Request>,
): Seat<Request, Response> {
  let worker: Worker | undefined
  let ready = false
  let running: Running<Request, Response> | undefined
  let timer: NodeJS.Timeout | undefined
  let lastId = 0

  function start(): Worker {
    const { url, data: workerData, env, resourceLimits, hold } = options
    // Where it cannot be loaded, the worker says so.
    hold?.().catch(() => {})
    const started = new Worker(url, {
      workerData,
      execArgv: [],
      ...(env && { env }),
      ...(resourceLimits && { resourceLimits }),
    })
    const current = () => worker === started
    started.on('message', (reply: Reply<Response>) => current() && receive(reply))
    started.on('error', (fault) => current() && died(reasonOf(fault)))
    started.on('exit', (status) => current() && died(`it ended with status ${status}`))
    ready = false
    return started
  }

  function receive(reply: Reply<Response>): void {
    if (reply.kind === 'ready') {
      ready = true
      startTimer()
      return
    }
    if (running?.id !== reply.id) return
    if (reply.kind === 'note') {
      options.hear?.(running.request, reply.note)
      return
    }
    const { resolve, reject } = finish(running)
    if (reply.kind === 'answer') resolve(reply.response)
    else reject(errorOf(reply.failure))
  }

  function finish(done: Running<Request, Response>): Running<Request, Response> {
    clearTimeout(timer)
    running = undefined
    worker?.unref()
    return done
  }

  function died(reason: string): void {
    worker = undefined
    if (running === undefined) return
    finish(running).reject(new ZtpError('ZTP_INTERNAL', `a worker thread failed: ${reason}`))
  }

  function startTimer(): void {
    const slow = running
    if (options.timeoutMs === undefined || slow === undefined) return
    // An answer may have arrived while this thread was busy: let it be read first.
    timer = setTimeout(
      () => setImmediate(() => running === slow && expire(slow)),
      options.timeoutMs,
    )
  }

  function expire(slow: Running<Request, Response>): void {
    const hung = worker
    worker = undefined
    finish(slow).reject(new WorkerTimeout(options.timeoutMs ?? 0))
    if (options.hold === undefined) void hung?.terminate()
    else hung?.postMessage(END)
  }

  return {
    run(request) {
      const thread = worker ?? start()
      worker = thread
      return new Promise<Response>((resolve, reject) => {
        const id = ++lastId
        thread.postMessage({ id, request })
        thread.ref()
        running = { id, request, resolve, reject }
        if (ready) startTimer()
      })
    },
    async end() {
      const last = worker
      worker = undefined
      if (last === undefined) return
      const ended = new Promise((resolve) => last.once('exit', resolve))
      last.ref()
      last.postMessage(END)
      const late = setTimeout(() => {
        if (options.hold === undefined) void last.terminate()
      }, END_MS)
      await ended
      clearTimeout(late)
    },
  }
}

/** How long a worker may take to end by itself, in milliseconds. */
const END_MS = 1_000

/** A request ran longer than the client's time limit; another worker takes its place. */
export class WorkerTimeout extends Error {
  override readonly name = 'WorkerTimeout'

  constructor(milliseconds: number) {
    super(`no answer from a worker thread within ${milliseconds} ms`)
  }
}
