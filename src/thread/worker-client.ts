import { createSeats, type Seats } from './seats.ts'
import { createSeat, type WorkerOptions } from './worker-seat.ts'

/**
 * Asks worker threads, and has each request answered once or refused: with the ZtpError that the
 * worker threw; WorkerTimeout; ZTP_INTERNAL when the worker died.
 */
export type WorkerClient<Request, Response> = Seats<Request, Response>

/**
 * @param options `size`: how many workers at most (1); each is started when there is work for it
 *   and runs one request at a time
 */
export function createWorkerClient<Request, Response>(
  options: WorkerOptions<Request> & { readonly size?: number },
): WorkerClient<Request, Response> {
  const { size = 1 } = options
  return createSeats(Array.from({ length: size }, () => createSeat<Request, Response>(options)))
}
