import type { Clock } from '../../kernel/clock.ts'
import { ZtpError } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import { createWorkerClient } from '../../thread/worker-client.ts'
import { workerUrl } from '../../thread/worker-url.ts'
import { holdSqlite } from '../hold-sqlite.ts'
import { type AdminOutcome, askingAdmin } from '../pools/asking-admin.ts'
import { ADMIN_LIMITS } from './limits.ts'
import type { SqlSetup, SqlTarget } from './messages.ts'
import type { AdminAnswer, AdminAsked } from './sql-admin-worker.ts'

/** What a person does with the pools of one database, beside any number of running servers. */
export function createSqlPoolAdmin(
  target: SqlTarget,
  { logger, clock }: { readonly logger: Logger; readonly clock: Clock },
): PoolAdmin {
  const url = workerUrl(import.meta.url, 'sql-admin-worker')
  const worker = createWorkerClient<AdminAsked, AdminAnswer>({
    url,
    data: { target, limits: ADMIN_LIMITS } satisfies SqlSetup,
    hold: holdSqlite,
  })
  let wasUsed = false
  return askingAdmin(
    target.kind,
    async (request, kind) => {
      wasUsed = true
      const { outcome, warnings } = await worker.ask({ request, now: clock.now() })
      for (const warning of warnings) logger.warn(warning)
      if (outcome === undefined || !isOf(outcome, kind)) {
        throw new ZtpError(
          'ZTP_INTERNAL',
          'the database worker gave no answer that fits the request',
        )
      }
      return outcome
    },
    async () => {
      if (wasUsed) await worker.ask(undefined).catch(() => undefined)
      await worker.close()
    },
  )
}

function isOf<K extends AdminOutcome['kind']>(
  outcome: AdminOutcome,
  kind: K,
): outcome is Extract<AdminOutcome, { readonly kind: K }> {
  return outcome.kind === kind
}
