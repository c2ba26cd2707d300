import { ZtpError } from '../kernel/errors.ts'

/** A place where one request at a time is worked on, in another thread or process. */
export type Seat<Request, Response> = {
  /** One at a time: the caller waits for each before the next. */
  run(request: Request): Promise<Response>
  end(): Promise<void>
}

/** Hands requests to whatever seat is free. */
export type Seats<Request, Response> = {
  /**
   * Requests beyond the number of seats wait their turn.
   *
   * @throws what the seat throws; ZTP_INTERNAL once it was closed
   */
  ask(request: Request): Promise<Response>
  /** Takes no more requests, waits for those it has, and ends the seats. */
  close(): Promise<void>
}

type Job<Request, Response> = {
  readonly request: Request
  readonly since: number
  readonly resolve: (response: Response) => void
  readonly reject: (reason: unknown) => void
}

/**
 * @param options `patienceMs`: a request that waited longer for its turn, so that nobody wants its
 *   answer any more, is refused with what `refuse` makes
 */
export function createSeats<Request, Response>(
  seats: readonly Seat<Request, Response>[],
  options: { readonly patienceMs?: number; readonly refuse?: (request: Request) => Error } = {},
): Seats<Request, Response> {
  const busy = new Set<Seat<Request, Response>>()
  const waiting: Job<Request, Response>[] = []
  const pending = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined

  function next(): void {
    // The first that is free: when little is to do, only the first seat is ever started.
    const seat = seats.find((each) => !busy.has(each))
    const job = seat && nextJob()
    if (seat === undefined || job === undefined) return
    busy.add(seat)
    // Free before the answer is told: who asks again at once finds the same seat.
    const done = () => {
      busy.delete(seat)
      next()
    }
    seat.run(job.request).finally(done).then(job.resolve, job.reject)
  }

  function nextJob(): Job<Request, Response> | undefined {
    const { patienceMs = Number.POSITIVE_INFINITY, refuse } = options
    for (;;) {
      const job = waiting.shift()
      if (job === undefined || performance.now() - job.since <= patienceMs) return job
      job.reject(refuse?.(job.request))
    }
  }

  async function end(): Promise<void> {
    await Promise.allSettled(pending)
    await Promise.all(seats.map((seat) => seat.end()))
  }

  return {
    ask(request) {
      if (closing) return Promise.reject(new ZtpError('ZTP_INTERNAL', 'the server is stopping'))
      const answer = new Promise<Response>((resolve, reject) => {
        waiting.push({ request, since: performance.now(), resolve, reject })
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
