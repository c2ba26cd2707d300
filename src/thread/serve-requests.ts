import { parentPort } from 'node:worker_threads'
import { type Ask, END, failureOf, type Note, type Reply } from './protocol.ts'

/**
 * The worker's side of `createWorkerClient`: what a `*-worker.ts` calls once, at its end.
 *
 * Requests and responses are structured clones: plain objects, lists, maps, bytes; no class of ours.
 *
 * @param answer `say` tells the asker's log something meanwhile; what it throws reaches the asker as a
 *   ZtpError with the same code
 */
export function serveRequests<Request, Response>(
  answer: (request: Request, say: (note: Note) => void) => Response | Promise<Response>,
): void {
  const port = parentPort
  if (port === null) throw new Error('serveRequests runs in a worker thread only')
  const post = (reply: Reply<Response>) => port.postMessage(reply)
  port.on('message', async (message: Ask<Request> | typeof END) => {
    // Of this thread, not of the process.
    if (message === END) process.exit()
    const { id, request } = message
    try {
      const say = (note: Note) => post({ kind: 'note', id, note })
      post({ kind: 'answer', id, response: await answer(request, say) })
    } catch (thrown) {
      post({ kind: 'failure', id, failure: failureOf(thrown) })
    }
  })
  post({ kind: 'ready' })
}
