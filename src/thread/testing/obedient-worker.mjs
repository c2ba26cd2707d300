// A worker that does as it is told. JavaScript, and from the built modules: Node 20 loads no TypeScript.
import { threadId } from 'node:worker_threads'
import { ZtpError } from '../../../dist/kernel/errors.js'
import { serveRequests } from '../../../dist/thread/serve-requests.js'

const deeds = {
  echo: ({ value }) => value,
  thread: () => threadId,
  exit: () => process.exit(3),
  refuse: () => {
    throw new ZtpError('ZTP_MISSING_POOL', 'there is no such pool')
  },
  throw: () => {
    throw new Error('broken')
  },
  wait: ({ signal }) => {
    Atomics.wait(signal, 0, 0)
    return 'signalled'
  },
  hang: () => {
    for (;;);
  },
  haunt: () => {
    setTimeout(deeds.hang, 50)
    return 'answered'
  },
}

serveRequests((order) => deeds[order.do](order))
