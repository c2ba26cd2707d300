import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { curl } from './support/curl.ts'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { leafReport, postNode } from './support/fabric.ts'
import { type BehindApache, PASSENGER, PROXY } from './support/front-servers/apache-ways.ts'
import { IMAGE, storyFiles, tellStory } from './support/front-servers/story.ts'
import { exchange } from './support/raw-request.ts'

const MIB = 1024 ** 2
const DEBUG = '%(levelname)s %(message)s'

/** Names that a front server may take for something else: in the folder → as they are asked for. */
const ODD_NAMES: Readonly<Record<string, string>> = {
  'a b.txt': 'a%20b.txt',
  'a+b.txt': 'a+b.txt',
  '50%.txt': '50%25.txt',
  '%2e%2e.txt': '%252e%252e.txt',
  '100%25.txt': '100%2525.txt',
  'what?.txt': 'what%3F.txt',
  'no#1.txt': 'no%231.txt',
  'ä.txt': '%C3%A4.txt',
  "it's;a=b&c,d@e:f!.txt": "it's;a=b&c,d@e:f!.txt",
  'index.html': 'index.html',
  'below/slash.txt': 'below%2Fslash.txt',
  'EOS.swi.gz': 'EOS.swi.gz',
}

describe.each([...PASSENGER, ...PROXY])('Apache, $name', (way) => {
  let data: DataRoot
  let behind: BehindApache

  beforeAll(async () => {
    const files = Object.keys(ODD_NAMES).map((name) => [`files/odd/${name}`, `<${name}>\n`])
    data = await makeDataRoot({ ...(await storyFiles()), ...Object.fromEntries(files) })
    behind = await way.start(data.path, {
      settings: { default: { console_logging_format: DEBUG } },
    })
  })

  afterAll(async () => {
    await behind?.stop()
    await data.remove()
  })

  it('provisions a switch', async () => {
    const { serverUrl, log } = behind
    await tellStory('APACHE1', { dataRoot: data.path, serverUrl, log: async () => log() })
  })

  const names = Object.entries(ODD_NAMES).filter(([name]) => !way.loses?.test(name))
  it.each(names)('hands on the path of files/odd/%s', async (name, path) => {
    const { status, body } = await curl('--path-as-is', `${behind.serverUrl}/files/odd/${path}`)
    expect([status, body]).toEqual([200, `<${name}>\n`])
  })

  it('takes bodies as large as the server does, and no larger ones', async () => {
    const { serverUrl } = behind
    expect((await postNode(serverUrl, leafReport('BODY1'))).status).toBe(201)
    const saved = (bytes: number) =>
      fetch(`${serverUrl}/nodes/BODY1/startup-config`, { method: 'PUT', body: 'x'.repeat(bytes) })
    expect((await saved(10 * MIB)).status).toBe(201)
    const refused = await saved(10 * MIB + 1)
    expect([refused.status, await refused.text()]).toEqual([
      413,
      'the request body is too large; see [limits] of the configuration\n',
    ])
  })

  it('answers a client of HTTP/1.0 that names no host', async () => {
    const target = `${way.path}/files/images/EOS-4.33.swi`
    const answer = await exchange(behind.port, Buffer.from(`GET ${target} HTTP/1.0\r\n\r\n`))
    expect(answer.toString('latin1', 0, 15)).toBe('HTTP/1.1 200 OK')
    expect(answer.subarray(-IMAGE.length).equals(IMAGE)).toBe(true)
  })

  it('leaves the errors of the server as they are', async () => {
    const missing = await fetch(`${behind.serverUrl}/files/missing`)
    expect([missing.status, await missing.text()]).toEqual([
      404,
      'there is no file files/missing\n',
    ])
    const unknown = await fetch(`${behind.serverUrl}/nodes/NOBODY`)
    expect([unknown.status, unknown.headers.get('content-type')]).toEqual([
      400,
      'text/html; charset=UTF-8',
    ])
  })

  it('compresses nothing, with mod_deflate as Debian has it', async () => {
    for (const path of ['/bootstrap', '/bootstrap/config', '/files/images/EOS-4.33.swi', '/x']) {
      const { headers, length } = await asked(`${behind.serverUrl}${path}`)
      expect([path, headers['content-encoding'], headers['content-length']]).toEqual([
        path,
        undefined,
        String(length),
      ])
    }
    const whole = await asked(`${behind.serverUrl}/files/images/EOS-4.33.swi`)
    expect(whole.length).toBe(IMAGE.length)
  })

  it('knows the address of the switch, and not what it makes up', async () => {
    await asked(`${behind.serverUrl}/files/who`, '127.0.0.7', { 'x-forwarded-for': '192.0.2.99' })
    await asked(`${behind.serverUrl}/files/who`, '127.0.0.8', { forwarded: 'for=192.0.2.98' })
    const ours = way.path === '' ? '/files/who' : '(?:/ztpserver)?/files/who'
    for (const address of ['127.0.0.7', '127.0.0.8']) {
      await expect.poll(behind.log).toMatch(new RegExp(`DEBUG ${address} GET ${ours} 404`))
    }
    expect(behind.log()).not.toContain('192.0.2.9')
  })
})

/** One GET that would take any encoding. */
async function asked(
  url: string,
  localAddress = '127.0.0.1',
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request(
      url,
      { localAddress, headers: { 'accept-encoding': 'gzip, deflate, br', ...headers } },
      resolve,
    )
      .on('error', reject)
      .end()
  })
  const body = await text(response.setEncoding('latin1'))
  return { headers: response.headers, length: body.length }
}
