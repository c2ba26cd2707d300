import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Host, hostIn } from './two-hosts.ts'

const run = promisify(execFile)

/**
 * A server, a relay and two clients, each a host of its own: the relay has a cable to every other, by
 * its ports `uplink`, `left` and `right`. None has an address yet. Needs root.
 */
export async function relayedHosts(): Promise<{
  readonly server: Host
  readonly relay: Host
  readonly left: Host
  readonly right: Host
  remove(): Promise<void>
}> {
  const named = (role: string) => `ztps-${process.pid}-${role}`
  const [server, relay] = [named('server'), named('relay')]
  const [left, right] = [named('left'), named('right')]
  const names = [server, relay, left, right]
  for (const name of names) await run('ip', ['netns', 'add', name])
  await cable(relay, 'uplink', server)
  await cable(relay, 'left', left)
  await cable(relay, 'right', right)
  return {
    server: hostIn(server),
    relay: hostIn(relay),
    left: hostIn(left),
    right: hostIn(right),
    async remove() {
      for (const name of names) await run('ip', ['netns', 'delete', name])
    },
  }
}

async function cable(from: string, port: string, to: string): Promise<void> {
  const link = ['link', 'add', port, 'netns', from, 'type', 'veth']
  await run('ip', [...link, 'peer', 'name', 'lan0', 'netns', to])
  await run('ip', ['-n', from, 'link', 'set', port, 'up'])
  for (const each of ['lo', 'lan0']) await run('ip', ['-n', to, 'link', 'set', each, 'up'])
}
