import { chmod, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { dhcpFindings } from './support/dhcp-findings.ts'
import { DHCP_PROGRAMS, type DhcpProgram } from './support/dhcp-servers.ts'
import { FABRIC } from './support/fabric.ts'
import { fencesIn, readPage } from './support/fences.ts'
import { phrasePattern, quotesOf } from './support/log-fences.ts'
import { runZtps } from './support/server.ts'
import { type Host, thirdHost, twoHosts } from './support/two-hosts.ts'

const SERVER_URL = 'http://10.99.0.1:8080/ztp'
const BOOT_URL = `${SERVER_URL}/bootstrap`
const SERVER = '10.99.0.1/24'
const CLIENT = '10.99.0.50/24'
/** Every finding. */
const said: string[] = []

let data: DataRoot
let hosts: { readonly server: Host; readonly client: Host; remove(): Promise<void> }

beforeAll(async () => {
  data = await makeDataRoot(FABRIC)
  await chmod(dirname(data.path), 0o755)
  hosts = await twoHosts()
  await addAddress(hosts.server, SERVER)
})

afterAll(async () => {
  await hosts.remove()
  await data.remove()
})

async function addAddress({ port, run }: Host, address: string): Promise<void> {
  await run('ip', 'address', 'add', address, 'dev', port)
}

async function configuration(serverUrl = SERVER_URL): Promise<string> {
  const conf = join(dirname(data.path), 'doctor.conf')
  await writeFile(conf, `[default]\ndata_root = ${data.path}\nserver_url = ${serverUrl}\n`)
  return conf
}

/** What `ztps doctor` says of DHCP on that host. */
async function asked(
  host: Host,
  { serverUrl = SERVER_URL, before = [] as readonly string[] } = {},
): Promise<readonly string[]> {
  const found = await dhcpFindings(host, await configuration(serverUrl), before)
  said.push(...found)
  return found
}

/** Serves with what `ztps dhcp` prints, changed. */
async function serving(
  { name, start }: DhcpProgram,
  host: Host,
  change: (text: string) => string,
): Promise<{ stop(): Promise<void> }> {
  const network = ['--subnet', '10.99.0.0/24', '--range', '10.99.0.100-10.99.0.199']
  const words = ['dhcp', name, ...network, '--interface', host.port]
  const { stdout } = await runZtps(['--conf', await configuration(), ...words])
  const folder = dirname(data.path)
  const file = join(folder, `${name}.conf`)
  await writeFile(file, change(stdout))
  expect(await readFile(file, 'utf8')).toContain(BOOT_URL)
  return start(host, file, folder)
}

/** How each server is told to give the URL as option 66, and in the field `file`, to everybody. */
const WRONG: Readonly<
  Record<
    DhcpProgram['name'],
    { otherOption(text: string): string; everybody(text: string): string }
  >
> = {
  kea: {
    otherOption: (text) => text.replace('boot-file-name', 'tftp-server-name'),
    everybody: (text) => text.replace('"Dhcp4": {', `$& "boot-file-name": "${BOOT_URL}",`),
  },
  isc: {
    otherOption: (text) => text.replace('bootfile-name', 'tftp-server-name'),
    everybody: (text) => `filename "${BOOT_URL}";\n${text}`,
  },
  dnsmasq: {
    otherOption: (text) => text.replace('bootfile-name', 'tftp-server'),
    everybody: (text) => `dhcp-boot=${BOOT_URL}\n${text}`,
  },
}

const OFFER = String.raw`10\.99\.0\.1 offers a switch 10\.99\.0\.1\d\d and`

it.each([
  ['an interface without an address', 'lan0'],
  ['no interface', 'eth9'],
  ['the name of something else', 'constructor'],
])('does not ask by %s', async (_name, port) => {
  expect(await asked({ ...hosts.client, port })).toEqual([
    `wrong: this machine has no interface ${port} with an IPv4 address, by which to ask`,
  ])
})

describe('from a host with an address', () => {
  beforeAll(() => addAddress(hosts.client, CLIENT))

  it('says that nobody answers', async () => {
    expect(await asked(hosts.client)).toEqual(['wrong: no DHCP server answers on lan0 within 5 s'])
  })

  it('says that only root may ask', async () => {
    const before = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']
    expect(await asked(hosts.client, { before })).toEqual([
      'wrong: only root may ask: DHCP answers come to port 68',
    ])
  })

  it('says that another client has the port', async () => {
    const bind = "require('dgram').createSocket('udp4').bind(68, () => console.log('bound'))"
    const other = hosts.client.start(process.execPath, '-e', bind)
    await other.says('bound')
    expect(await asked(hosts.client)).toEqual([
      'wrong: another DHCP client has port 68 of this machine for itself',
    ])
    await other.stop()
  })

  describe.each(DHCP_PROGRAMS)('$name', (program) => {
    it('has a configuration of ours, and is fine', async () => {
      const server = await serving(program, hosts.server, (text) => text)
      try {
        expect(await asked(hosts.client)).toEqual([
          expect.stringMatching(`^fine: ${OFFER} ${BOOT_URL}$`),
          'fine: 10.99.0.1 gives no boot file to other clients',
        ])
      } finally {
        await server.stop()
      }
    })

    it('is told when it does not give option 67', async () => {
      const server = await serving(program, hosts.server, WRONG[program.name].otherOption)
      try {
        expect(await asked(hosts.client)).toEqual([
          expect.stringMatching(
            `^wrong: ${OFFER} no boot file \\(option 67\\): a switch learns no URL$`,
          ),
        ])
      } finally {
        await server.stop()
      }
    })

    it('is told when it gives the URL to everybody', async () => {
      const server = await serving(program, hosts.server, WRONG[program.name].everybody)
      try {
        expect(await asked(hosts.client)).toEqual([
          expect.stringMatching(`^fine: ${OFFER} ${BOOT_URL}$`),
          `warning: 10.99.0.1 gives ${BOOT_URL} to every client, not only to Arista switches`,
        ])
      } finally {
        await server.stop()
      }
    })
  })

  it.each(DHCP_PROGRAMS.slice(2))('says that $name has another URL', async (program) => {
    const server = await serving(program, hosts.server, (text) => text)
    try {
      const serverUrl = 'http://10.99.0.2'
      expect(await asked(hosts.client, { serverUrl })).toEqual([
        expect.stringMatching(
          `^wrong: ${OFFER} the boot file ${BOOT_URL}, not ${serverUrl}/bootstrap$`,
        ),
        'fine: 10.99.0.1 gives no boot file to other clients',
      ])
    } finally {
      await server.stop()
    }
  })

  it('tells of every server that offers', async () => {
    const { third, bridged, remove } = await thirdHost(hosts.client)
    await hosts.client.run('ip', 'address', 'flush', 'dev', hosts.client.port)
    await addAddress(bridged, CLIENT)
    await addAddress(third, '10.99.0.3/24')
    const [kea, , dnsmasq] = DHCP_PROGRAMS
    if (kea === undefined || dnsmasq === undefined) throw new Error('there are three servers')
    const sound = await serving(kea, hosts.server, (text) => text)
    const silent = await serving(dnsmasq, third, WRONG.dnsmasq.otherOption)
    try {
      expect([...(await asked(bridged))].sort()).toEqual([
        'fine: 10.99.0.1 gives no boot file to other clients',
        expect.stringMatching(`^fine: ${OFFER} ${BOOT_URL}$`),
        'fine: 10.99.0.3 gives no boot file to other clients',
        expect.stringMatching(
          /^warning: 10\.99\.0\.3 offers .* no boot file .*: a switch that takes that offer learns no URL$/,
        ),
      ])
    } finally {
      await sound.stop()
      await silent.stop()
      await remove()
    }
  })
})

it('is quoted right in the guide', async () => {
  const page = await readPage('docs/guides/dhcp.md')
  const [{ text = '' } = {}] = fencesIn(page).filter(({ language }) => language === 'text')
  const shown = text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^ok +dhcp:/, 'fine:'))
  const elsewhere = shown.map((line) => line.replace(/http:\S+|10(\.\d+){3}/g, '…'))
  const quotes = [...elsewhere, ...quotesOf(page)]
  expect(quotes.length).toBeGreaterThan(8)
  const all = said.join('\n')
  expect(quotes.filter((each) => !phrasePattern(each).test(all))).toEqual([])
})
