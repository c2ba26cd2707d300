import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const PATIENCE_MS = 5_000
const ANSWERS: Readonly<Record<string, boolean>> = {
  'NTPSynchronized=yes': true,
  'NTPSynchronized=no': false,
}

/**
 * Whether the kernel's clock is synchronised, as systemd's own program says.
 *
 * @returns undefined where there is no such program, or it knows nothing
 */
export async function clockIsSet(environment: NodeJS.ProcessEnv): Promise<boolean | undefined> {
  const options = { env: environment, timeout: PATIENCE_MS }
  const asked = promisify(execFile)('timedatectl', ['show', '-p', 'NTPSynchronized'], options)
  const answer = await asked.catch(() => undefined)
  return ANSWERS[answer?.stdout.trim() ?? '']
}
