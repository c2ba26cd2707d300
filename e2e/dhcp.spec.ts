import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { lease } from './support/dhcp-client.ts'
import { DHCP_PROGRAMS } from './support/dhcp-servers.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { runZtps, startServer } from './support/server.ts'
import { type Host, twoHosts } from './support/two-hosts.ts'
import { clientFiles, rackSwitch } from './support/virtual-eos.ts'

const SERVER = '10.99.0.1'
const PORT = 8080
// A comma means something to Kea and to dnsmasq.
const SERVER_URL = `http://${SERVER}:${PORT}/ztp,a`
const NETWORK = ['--subnet', '10.99.0.0/24', '--range', '10.99.0.100-10.99.0.199']
const WHOLE = [...NETWORK, '--router', SERVER, '--dns', `${SERVER},10.99.0.2`, '--reservations']
const CONFIG = 'hostname leaf1\n'
const run = promisify(execFile)

let data: DataRoot
let folder: string
let conf: string
let hosts: { readonly server: Host; readonly client: Host; remove(): Promise<void> }

beforeAll(async () => {
  data = await makeDataRoot({
    ...(await clientFiles()),
    'nodes/SN1/startup-config': CONFIG,
    'nodes/SN1/pattern': 'name: anywhere\ninterfaces: []\n',
    'nodes/SN1/.node': JSON.stringify({ serialnumber: 'SN1', systemmac: '001c73001001' }),
    'resources/mgmt': '10.99.0.77/24: SN1\n10.99.0.120/24: SN2\n',
    'nodes/SN2/.node': JSON.stringify({ serialnumber: 'SN2', systemmac: '001c73001002' }),
  })
  folder = dirname(data.path)
  conf = join(folder, 'ztpserver.conf')
  await writeFile(conf, `[default]\ndata_root = ${data.path}\nserver_url = ${SERVER_URL}\n`)
  hosts = await twoHosts()
  const { server } = hosts
  await server.run('ip', 'address', 'add', `${SERVER}/24`, 'dev', server.port)
})

afterAll(async () => {
  await hosts.remove()
  await data.remove()
})

async function configuration(name: string, ...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await runZtps(['--conf', conf, 'dhcp', name, ...words])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const file = join(folder, `${name}.conf`)
  await writeFile(file, stdout)
  return file
}

describe.each(DHCP_PROGRAMS)('$name', ({ name, check, start }) => {
  it.each([
    ['the rule alone', []],
    ['a bare network', NETWORK],
    ['a whole network with reservations', WHOLE],
  ])('takes %s', async (_, words) => {
    const [program, ...rest] = check(await configuration(name, ...words))
    await run(program, rest)
  })

  it('has a checker that sees a fault', async () => {
    const file = await configuration(name, ...WHOLE)
    await writeFile(file, 'x')
    const [program, ...rest] = check(file)
    await expect(run(program, rest)).rejects.toThrow()
  })

  it('gives the URL to Arista switches and to nobody else', async () => {
    const file = await configuration(name, ...WHOLE, '--interface', hosts.server.port)
    const server = await start(hosts.server, file, folder)
    try {
      const url = `${SERVER_URL}/bootstrap`
      for (const vendor of ['Arista;DCS-7050;01.00;SN9', 'Arista;vEOS']) {
        const offered = await lease(hosts.client, ['-V', vendor])
        expect([vendor, offered]).toEqual([
          vendor,
          {
            ip: expect.stringMatching(/^10\.99\.0\.1\d\d$/),
            bootfile: url,
            file: '',
            router: SERVER,
            dns: `${SERVER} 10.99.0.2`,
          },
        ])
      }
      for (const vendor of ['udhcp 1.35', 'arista;vEOS', 'Not Arista;vEOS', '']) {
        const offered = await lease(hosts.client, ['-V', vendor])
        expect([vendor, offered]).toEqual([
          vendor,
          expect.objectContaining({ router: SERVER, bootfile: '', file: '' }),
        ])
      }
      for (const [mac, ip] of [
        ['001c73001001', '10.99.0.77'],
        ['001c73001002', '10.99.0.120'],
      ]) {
        const offered = await lease(hosts.client, ['-V', 'Arista;vEOS', '-x', `0x3d:${mac}`])
        expect(offered).toEqual(expect.objectContaining({ ip, bootfile: url }))
      }
    } finally {
      await server.stop()
    }
  })
})

it('dnsmasq keeps what is for switches out of its other networks', async () => {
  const { server, client } = hosts
  const dnsmasq = DHCP_PROGRAMS.find(({ name }) => name === 'dnsmasq')
  const dns = ['--dns', SERVER]
  const other = ['--subnet', '10.99.1.0/24', '--range', '10.99.1.9-10.99.1.99', ...dns]
  const elsewhere = await readFile(
    await configuration('dnsmasq', ...other, '--router', '10.99.1.1'),
    'utf8',
  )
  const file = await configuration('dnsmasq', ...NETWORK, '--router', '10.99.0.9')
  await writeFile(file, `${await readFile(file, 'utf8')}\n${elsewhere}`)
  const running = await dnsmasq?.start(server, file, folder)
  try {
    const leased = () => lease(client, ['-V', 'Arista;vEOS'])
    expect(await leased()).toMatchObject({ router: '10.99.0.9', dns: '' })
    await server.run('ip', 'address', 'replace', '10.99.1.2/24', 'dev', server.port)
    await server.run('ip', 'address', 'delete', `${SERVER}/24`, 'dev', server.port)
    expect(await leased()).toMatchObject({ router: '10.99.1.1', dns: SERVER })
  } finally {
    await running?.stop()
    await server.run('ip', 'address', 'replace', `${SERVER}/24`, 'dev', server.port)
    await server.run('ip', 'address', 'delete', '10.99.1.2/24', 'dev', server.port)
  }
})

it.each(INTERPRETERS)('a switch with $name provisions itself from its lease', async (python) => {
  const { server, client } = hosts
  const ztps = await startServer({
    dataRoot: data.path,
    port: PORT,
    through: server.through,
    settings: { default: { server_url: SERVER_URL }, server: { interface: SERVER } },
  })
  const [kea] = DHCP_PROGRAMS
  const file = await configuration('kea', ...WHOLE, '--interface', server.port)
  const dhcp = await kea?.start(server, file, folder)
  try {
    const vendor = ['-V', 'Arista;DCS-7050;01.00;SN1', '-x', '0x3d:001c73001001']
    const { ip, bootfile } = await lease(client, vendor)
    expect({ ip, bootfile }).toEqual({ ip: '10.99.0.77', bootfile: `${SERVER_URL}/bootstrap` })
    await client.run('ip', 'address', 'replace', `${ip}/24`, 'dev', client.port)
    const { through } = client
    const leaf = await rackSwitch({ serial: 'SN1', mac: '00:1c:73:00:10:01', python, through })
    const { booted, output } = await leaf.boot(SERVER_URL)
    expect([booted, output]).toEqual([true, expect.stringContaining('completed successfully')])
    expect(await leaf.read('startup-config')).toBe(CONFIG)
    await ztps.logs('SN1: definition sent')
  } finally {
    await dhcp?.stop()
    await ztps.stop()
  }
})
