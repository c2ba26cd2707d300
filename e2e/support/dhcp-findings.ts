import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Host } from './two-hosts.ts'

const ZTPS = fileURLToPath(new URL('../../bin/ztps', import.meta.url))
const run = promisify(execFile)

/**
 * What `ztps doctor` says of DHCP on that host, `STATE: MESSAGE` each.
 *
 * @param before words before the command
 */
export async function dhcpFindings(
  { through, port }: Host,
  conf: string,
  before: readonly string[] = [],
): Promise<readonly string[]> {
  const words = ['--conf', conf, 'doctor', '--json', '--ask-dhcp', port]
  const [program = '', ...rest] = [...through, ...before, ZTPS, ...words]
  const { stdout } = await run(program, rest).catch((fault) => fault)
  const { findings } = JSON.parse(String(stdout))
  return findings
    .filter(({ about }: { about: string }) => about === 'dhcp')
    .map(({ state, message }: { state: string; message: string }) => `${state}: ${message}`)
}
