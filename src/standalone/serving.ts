import { setTimeout as wait } from 'node:timers/promises'
import { composeApplication } from '../compose.ts'
import type { Settings } from '../config/options.ts'
import { type Gate, openGate } from '../http/gate.ts'
import type { Certificate } from '../http/tls/certificate.ts'
import type { Outside } from '../outside.ts'

/** Who serves the connections that come in: this process, or workers. */
export type Serving = Pick<Gate, 'take' | 'useCertificate'> & {
  /**
   * Lets requests and config-handlers in flight end.
   *
   * @param cut when it resolves, what is left is cut
   */
  stop(cut: Promise<unknown>): Promise<void>
}

/**
 * Serves in this process.
 *
 * @throws ZtpError ZTP_BAD_DATA_ROOT
 */
export async function startServing(
  settings: Settings,
  certificate: Certificate | undefined,
  outside: Outside,
): Promise<Serving> {
  const application = await composeApplication(settings, outside)
  const { stop, ...gate } = await openGate(application.http, {
    certificate,
    logger: outside.logger,
  })
  return {
    ...gate,
    async stop(cut) {
      await stop(cut)
      // A thread that hashes a large file would go on for minutes.
      await Promise.race([application.close(cut), cut.then(() => wait(LAST_GRACE_MS))])
    },
  }
}

/** What the disk may still take when the time is over, in milliseconds. */
const LAST_GRACE_MS = 1_000
