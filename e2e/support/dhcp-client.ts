import { fileURLToPath } from 'node:url'
import type { Host } from './two-hosts.ts'

const LEASE = fileURLToPath(new URL('./programs/lease.sh', import.meta.url))

/** What a client on that host is offered: `ip`, `bootfile`, `file`, `router`, `dns`. */
export async function lease(
  client: Host,
  options: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  // It asks each second for half a minute: only a wait in vain lasts that long.
  const once = ['-f', '-n', '-q', '-t', '30', '-T', '1', '-i', client.port, '-s', LEASE]
  const output = await client.run('udhcpc', ...once, '-O', 'bootfile', ...options)
  const pairs = output.matchAll(/^(\w+)=(.*)$/gm)
  return Object.fromEntries([...pairs].map(([, key = '', value = '']) => [key, value]))
}
