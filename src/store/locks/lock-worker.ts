import { type Failure, failureOf } from '../../thread/protocol.ts'
import { serveRequests } from '../../thread/serve-requests.ts'
import { createLockFiles } from './lock-files.ts'

/** To one lock file, an absolute path. */
export type LockRequest = { readonly do: 'acquire' | 'release'; readonly path: string }

/** Whether the lock is the asker's; what is released is not. */
export type LockOutcome = { readonly isHeld: boolean } | { readonly failure: Failure }

const files = createLockFiles()

serveRequests<readonly LockRequest[], readonly LockOutcome[]>(async (requests) => {
  const outcomes: LockOutcome[] = []
  for (const each of requests) outcomes.push(await carryOut(each))
  return outcomes
})

async function carryOut(request: LockRequest): Promise<LockOutcome> {
  try {
    if (request.do === 'acquire') return { isHeld: await files.acquire(request.path) }
    files.release(request.path)
    return { isHeld: false }
  } catch (thrown) {
    return { failure: failureOf(thrown) }
  }
}
