import type { IncomingMessage } from 'node:http'

/** How long a client may go on sending what nobody wants, in milliseconds. */
const PATIENCE_MS = 5_000

/**
 * Reads the rest of a request and throws it away.
 *
 * A connection that is closed with data unread is reset, and the client may never see the answer
 * that says why. So an answer to a body that is too large waits until the body is through.
 */
export function drain(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    request.once('end', done).once('close', done).once('error', done).resume()
  })
}
