import { ZtpError } from '../kernel/errors.ts'
import { createSeat, type WorkerOptions } from './worker-seat.ts'

/** Asks worker threads, and has each request answered once or refused. */
export type WorkerClient<Request, Response> = {
  /**
   * Requests beyond the number of workers wait their turn.
   *
   * @throws the ZtpError that the worker threw; WorkerTimeout; ZTP_INTERNAL when the worker died
   */
  ask(request: Request): Promise<Response>
  /** Takes no more requests, waits for those it has, and ends the workers. */
  close(): Promise<void>
}

type Job<Request, Response> = {
  readonly request: Request
  readonly resolve: (response: Response) => void
  readonly reject: (reason: unknown) => void
}

/**
 * @param options `size`: how many workers at most (1); each is started when there is work for it
 *   and runs one request at a time
 */
export function createWorkerClient<Request, Response>(
  options: WorkerOptions & { readonly size?: number },
): WorkerClient<Request, Response> {
  const seats = Array.from({ length: options.size ?? 1 }, () =>
    createSeat<Request, Response>(options),
  )
  // The seat used last is used next: a quiet client starts one worker, not all.
  const free = [...seats]
  const waiting: Job<Request, Response>[] = []
  const pending = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined

  function next(): void {
    const seat = free.at(-1)
    const job = seat && waiting.shift()
    if (seat === undefined || job === undefined) return
    free.pop()
    const done = () => {
      free.push(seat)
      next()
    }
    // The seat is free before the answer is known: who asks again at once gets it.
    seat.run(job.request).finally(done).then(job.resolve, job.reject)
  }

  async function end(): Promise<void> {
    await Promise.allSettled(pending)
    await Promise.all(seats.map((seat) => seat.end()))
  }

  return {
    ask(request) {
      if (closing) return Promise.reject(new ZtpError('ZTP_INTERNAL', 'the server is stopping'))
      const answer = new Promise<Response>((resolve, reject) => {
        waiting.push({ request, resolve, reject })
      })
      pending.add(answer)
      next()
      const forget = () => pending.delete(answer)
      answer.then(forget, forget)
      return answer
    },
    close() {
      closing ??= end()
      return closing
    },
  }
}
