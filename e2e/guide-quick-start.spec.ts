import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFiles } from './support/data-root.ts'
import { lease } from './support/dhcp-client.ts'
import { DHCP_PROGRAMS } from './support/dhcp-servers.ts'
import { fencesIn, filesIn, readPage, section } from './support/fences.ts'
import { followSteps, inTest, type StandIns } from './support/follow-steps.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { missingLine } from './support/log-fences.ts'
import { type Host, twoHosts } from './support/two-hosts.ts'
import { canSeal, rackSwitch } from './support/virtual-eos.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SERVER = 'http://10.0.0.2:8080'
const [PYTHON] = INTERPRETERS
const MACS = { JPE21430055: '001c73001055', JPE21440066: '001c73001066' } as const

let page: string
let folder: string
let hosts: { readonly server: Host; readonly client: Host; remove(): Promise<void> }

beforeAll(async () => {
  page = await readPage('docs/guides/quick-start.md')
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  hosts = await twoHosts()
  const { server, client } = hosts
  await server.run('ip', 'address', 'add', '10.0.0.2/24', 'dev', server.port)
  await client.run('ip', 'link', 'set', client.port, 'up')
})

afterAll(async () => {
  await hosts.remove()
  await rm(folder, { recursive: true, force: true })
})

/** The lines of a log that a section shows. */
function shownLog(heading: string, whose: 'server' | 'switch'): string {
  const fences = fencesIn(section(page, heading))
  return fences.find(({ language, name }) => language === 'log' && name === whose)?.text ?? ''
}

/** Plugs a switch in, which asks DHCP and runs what it is told to. */
async function switchOn(serial: keyof typeof MACS) {
  const { client } = hosts
  const vendor = ['-V', `Arista;DCS-7050SX3-48YC8;01.00;${serial}`, '-x', `0x3d:${MACS[serial]}`]
  const { ip, bootfile } = await lease(client, vendor)
  expect(bootfile).toBe(`${SERVER}/bootstrap`)
  await client.run('ip', 'address', 'replace', `${ip}/24`, 'dev', client.port)
  const mac = MACS[serial].replace(/(..)(?!$)/g, '$1:')
  const python = PYTHON ?? { name: '', path: '' }
  const { through } = client
  const eos = await rackSwitch({ serial, mac, python, through, sealed: true })
  return { eos, ...(await eos.boot(SERVER, { writeMemory: true })) }
}

// The switch writes to /persist/sys, which on a machine that cannot seal it is the machine's own.
it.skipIf(!canSeal())(
  'a newcomer types what the page says, and a switch is provisioned',
  async () => {
    const data = join(folder, 'ztp')
    const conf = join(data, 'ztpserver.conf')
    const dhcpConf = join(folder, 'dnsmasq.conf')
    const standIns: StandIns = [
      ['/srv/ztp', data],
      ['/etc/dnsmasq.d/ztpserver.conf', dhcpConf],
      ['eth1', hosts.server.port],
    ]
    const place = { folder, conf, through: hosts.server.through, standIns }
    const follow = (heading: string) => followSteps(section(page, heading), place)

    expect(await follow('Install')).toBe(2)
    expect(await follow('Make a data directory')).toBe(3)
    await writeFiles(data, filesIn(page))
    expect(await follow('Say what a switch shall get')).toBe(4)

    const ztps = hosts.server.start(join(ROOT, 'bin/ztps'), '--conf', conf)
    // Some come by standard output, some by standard error: here they may arrive in another order.
    const started = inTest(shownLog('Start the server', 'server'), standIns).trim().split('\n')
    expect(started).toHaveLength(4)
    for (const line of started) await ztps.says(`${line}\n`)
    expect(await follow('Start the server')).toBe(2)

    expect(await follow('Let DHCP say where the server is')).toBe(2)
    const dnsmasq = DHCP_PROGRAMS.find(({ name }) => name === 'dnsmasq')
    const dhcp = await dnsmasq?.start(hosts.server, dhcpConf, folder)
    try {
      const heading = 'Switch the switch on'
      const first = await switchOn('JPE21430055')
      expect([first.booted, missingLine(first.output, shownLog(heading, 'switch'))]).toEqual([
        true,
        undefined,
      ])
      await ztps.says('Startup-config saved for JPE21430055')
      expect(missingLine(ztps.output(), shownLog(heading, 'server'))).toBe(undefined)
      expect(await first.eos.read('startup-config')).toContain('secret 0 change-me')
      expect(await follow(heading)).toBe(1)

      const later = 'Replace it, one day'
      expect(missingLine(ztps.output(), shownLog(later, 'server'))).toBe(undefined)
      expect(await follow(later)).toBe(1)
      const second = await switchOn('JPE21440066')
      expect(second.booted).toBe(true)
      const files = await Promise.all([first, second].map(({ eos }) => eos.read('startup-config')))
      expect(files[1]).toBe(files[0])
    } finally {
      await dhcp?.stop()
      await ztps.stop()
    }
  },
)

it('names the package that `npm pack` makes', async () => {
  const { name, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  expect(section(page, 'Install')).toContain(`npm install --global ./${name}-${version}.tgz`)
})
