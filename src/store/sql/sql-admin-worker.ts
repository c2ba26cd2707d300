import { workerData } from 'node:worker_threads'
import { serveRequests } from '../../thread/serve-requests.ts'
import type { AdminOutcome } from '../pools/asking-admin.ts'
import type { AdminRequest } from '../pools/messages.ts'
import { answerAdmin } from './admin.ts'
import { createAdminAccess } from './admin-access.ts'
import { dialectFor } from './dialects.ts'
import type { SqlSetup } from './messages.ts'

/** What a person asks, and when; undefined: nothing more, the connections may be closed. */
export type AdminAsked = { readonly request: AdminRequest; readonly now: number } | undefined
export type AdminAnswer = {
  readonly outcome: AdminOutcome | undefined
  readonly warnings: readonly string[]
}

const setup: SqlSetup = workerData
const { target, limits } = setup
let warnings: string[] = []
const opened = dialectFor(setup).then((dialect) =>
  createAdminAccess(dialect, limits, (message) => void warnings.push(message)),
)
// Told of with each request.
opened.catch(() => undefined)

serveRequests<AdminAsked, AdminAnswer>(async (asked) => {
  const access = await opened
  warnings = []
  if (asked === undefined) {
    await access.close()
    return { outcome: undefined, warnings }
  }
  const outcome = await answerAdmin(access, target.kind, asked.request, asked.now)
  return { outcome, warnings }
})
