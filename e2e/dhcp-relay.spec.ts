import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { lease } from './support/dhcp-client.ts'
import { dhcpFindings } from './support/dhcp-findings.ts'
import { DHCP_PROGRAMS, type DhcpProgram } from './support/dhcp-servers.ts'
import { relayedHosts } from './support/relayed-hosts.ts'
import { runZtps } from './support/server.ts'
import type { Host } from './support/two-hosts.ts'

const SERVER = '10.98.0.2'
const SERVER_URL = `http://${SERVER}:8080`
const MAC = '001c73001001'
/** The networks behind the relay: how their addresses begin, and what SN1 holds there. */
const NETWORKS = [
  { side: 'left', net: '10.99.0', reserved: '10.99.0.77' },
  { side: 'right', net: '10.99.1', reserved: '10.99.1.120' },
] as const

let data: DataRoot
let folder: string
let hosts: Awaited<ReturnType<typeof relayedHosts>>
let relaying: ReturnType<Host['start']>

beforeAll(async () => {
  data = await makeDataRoot({
    'nodes/SN1/.node': JSON.stringify({ serialnumber: 'SN1', systemmac: MAC }),
    'resources/mgmt': NETWORKS.map(({ reserved }) => `${reserved}/24: SN1\n`).join(''),
  })
  folder = dirname(data.path)
  const settings = `[default]\ndata_root = ${data.path}\nserver_url = ${SERVER_URL}\n`
  await writeFile(join(folder, 'ztpserver.conf'), settings)
  hosts = await relayedHosts()
  const { server, relay } = hosts
  await server.run('ip', 'address', 'add', `${SERVER}/24`, 'dev', server.port)
  await server.run('ip', 'route', 'add', 'default', 'via', '10.98.0.1')
  await relay.run('ip', 'address', 'add', '10.98.0.1/24', 'dev', 'uplink')
  for (const { side, net } of NETWORKS) {
    await relay.run('ip', 'address', 'add', `${net}.1/24`, 'dev', side)
  }
  // With option 82, which says by which port a request came.
  const below = NETWORKS.flatMap(({ side }) => ['-id', side])
  relaying = relay.start('dhcrelay', '-d', '--no-pid', '-a', ...below, '-iu', 'uplink', SERVER)
  await relaying.says('Socket/fallback')
})

afterAll(async () => {
  await relaying?.stop()
  await hosts?.remove()
  await data.remove()
})

/** What is printed for each network. */
async function printed(name: DhcpProgram['name']): Promise<readonly [string, string]> {
  const print = async ({ net }: (typeof NETWORKS)[number]) => {
    const network = ['--subnet', `${net}.0/24`, '--range', `${net}.100-${net}.199`]
    const around = ['--router', `${net}.1`, '--interface', hosts.server.port, '--reservations']
    const conf = ['--conf', join(folder, 'ztpserver.conf')]
    const { status, stdout, stderr } = await runZtps([...conf, 'dhcp', name, ...network, ...around])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    return stdout
  }
  return [await print(NETWORKS[0]), await print(NETWORKS[1])]
}

/** One configuration of two, as 'More than one network' of docs/guides/dhcp.md says. */
const TOGETHER: Record<
  DhcpProgram['name'],
  (one: string, other: string) => string | Promise<string>
> = {
  kea(one, other) {
    const [first, second] = [one, other].map((text) => JSON.parse(text.replace(/^\/\/.*$/gm, '')))
    const [more] = second.Dhcp4.subnet4
    first.Dhcp4.subnet4.push({ ...more, id: 2 })
    return JSON.stringify(first, undefined, 2)
  },
  isc: (one, other) => `${ownNetworkTold(one)}\n${other.slice(other.indexOf('\nsubnet '))}`,
  async dnsmasq(...texts) {
    const files = join(folder, 'dnsmasq.d')
    await mkdir(files)
    for (const [at, text] of texts.entries()) await writeFile(join(files, `${at}.conf`), text)
    return `conf-dir=${files}\n`
  },
}

/** As 'Through a relay' says: the line that is there as a comment. */
function ownNetworkTold(text: string): string {
  return text.replace(/^# (subnet) [\d.]+ /m, '$1 10.98.0.0 ')
}

describe.each(DHCP_PROGRAMS)('$name', ({ name, start }) => {
  it('serves two networks through a relay', async () => {
    const file = join(folder, `${name}.conf`)
    await writeFile(file, await TOGETHER[name](...(await printed(name))))
    const server = await start(hosts.server, file, folder)
    try {
      for (const { side, net, reserved } of NETWORKS) {
        const asked = (...words: readonly string[]) => lease(hosts[side], words)
        const here = { router: `${net}.1`, ip: expect.stringMatching(`^${net}.1\\d\\d$`), file: '' }
        const bootfile = `${SERVER_URL}/bootstrap`
        expect(await asked('-V', 'Arista;vEOS')).toMatchObject({ ...here, bootfile })
        expect(await asked('-V', 'udhcp 1.35')).toMatchObject({ ...here, bootfile: '' })
        const held = await asked('-V', 'Arista;DCS-7050;01.00;SN1', '-x', `0x3d:${MAC}`)
        expect(held).toMatchObject({ ...here, ip: reserved, bootfile })
      }
    } finally {
      await server.stop()
    }
    expect(relaying.output()).toContain('Forwarded BOOTREQUEST')
  })
})

it('the doctor asks through a relay', async () => {
  const { server, left } = hosts
  const [kea] = DHCP_PROGRAMS
  const [one] = await printed('kea')
  const file = join(folder, 'one.conf')
  await writeFile(file, one)
  const running = await kea?.start(server, file, folder)
  await left.run('ip', 'address', 'add', '10.99.0.50/24', 'dev', left.port)
  try {
    expect(await dhcpFindings(left, join(folder, 'ztpserver.conf'))).toEqual([
      `fine: ${SERVER} offers a switch 10.99.0.100 and ${SERVER_URL}/bootstrap`,
      `fine: ${SERVER} gives no boot file to other clients`,
    ])
  } finally {
    await left.run('ip', 'address', 'flush', 'dev', left.port)
    await running?.stop()
  }
})

it('dhcpd that is not told its own network says so', async () => {
  const isc = DHCP_PROGRAMS.find(({ name }) => name === 'isc')
  const [one] = await printed('isc')
  const file = join(folder, 'untold.conf')
  await writeFile(file, one)
  const refused = 'No subnet declaration for lan0'
  await expect(isc?.start(hosts.server, file, folder)).rejects.toThrow(refused)
})
