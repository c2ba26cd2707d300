// A worker that asks SQLite for a lock that it cannot have, again and again, for some milliseconds.
// JavaScript, and from the built modules: Node 20 loads no TypeScript.
import { createLockFiles } from '../../../dist/store/locks/lock-files.js'
import { serveRequests } from '../../../dist/thread/serve-requests.js'

const [mine, yours] = [createLockFiles(), createLockFiles()]

serveRequests(async ({ path, milliseconds }) => {
  await mine.acquire(path)
  for (const end = Date.now() + milliseconds; Date.now() < end; ) await yours.acquire(path)
  mine.release(path)
  return 'done'
})
