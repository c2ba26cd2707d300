import { setTimeout as wait } from 'node:timers/promises'
import { type Application, composeApplication, type Outside } from './compose.ts'
import type { Settings } from './config/options.ts'
import { type Gate, openGate } from './http/gate.ts'
import type { Certificate } from './http/tls/certificate.ts'

/** The application, serving what it is handed. */
export type Serving = Pick<Gate, 'take' | 'useCertificate'> & {
  /** Lets requests in flight end, and cuts what is left after the limit or when somebody insists. */
  stop(limitMs: number, insisted: Promise<void>): Promise<void>
}

/** @throws ZtpError ZTP_BAD_DATA_ROOT */
export async function startServing(
  settings: Settings,
  certificate: Certificate | undefined,
  outside: Outside,
): Promise<Serving> {
  const proxies = { proxies: settings.trustedProxies, header: settings.forwardedHeader }
  const application = await composeApplication(settings, { ...outside, proxies })
  const gate = await openGate(application.http, { certificate, logger: outside.logger })
  return { ...gate, stop: (...limits) => stopServing(application, gate, ...limits) }
}

async function stopServing(
  application: Application,
  gate: Gate,
  limitMs: number,
  insisted: Promise<void>,
): Promise<void> {
  const cut = Promise.race([insisted, wait(limitMs, undefined, { ref: false })])
  await gate.stop(cut)
  // A thread that hashes a large file would go on for minutes.
  await Promise.race([application.close(cut), cut.then(() => wait(LAST_GRACE_MS))])
}

/** What the disk may still take when the time is over, in milliseconds. */
const LAST_GRACE_MS = 1_000
