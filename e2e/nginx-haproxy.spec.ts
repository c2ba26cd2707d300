import { describe, expect, it } from 'vitest'
import { curl } from './support/curl.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { startHaproxy } from './support/front-servers/haproxy.ts'
import { startNginx } from './support/front-servers/nginx.ts'
import { pathOf, SITES } from './support/front-servers/site.ts'
import { standBehind } from './support/front-servers/stand.ts'
import { IMAGE, storyFiles, tellStory } from './support/front-servers/story.ts'
import { exchange, rawRequest } from './support/raw-request.ts'

const MEBIBYTE = 1024 * 1024

const FRONTS = [
  {
    name: 'nginx',
    start: startNginx,
    group: 'www-data',
    down: 502,
    complaint: 'connect() to unix:',
  },
  { name: 'HAProxy', start: startHaproxy, group: 'haproxy', down: 503, complaint: ' 503 ' },
] as const

describe.each(FRONTS)('$name', ({ start, group, down, complaint }) => {
  it.each(SITES)('provisions a switch, the prefix %s', async (site) => {
    const { dataRoot, serverUrl, server } = await standBehind(start, {
      files: await storyFiles(),
      site,
    })
    await tellStory(`LEAF${site}`, { dataRoot, serverUrl, log: async () => server().log() })
  })

  it('says whom it speaks for, whatever clients claim', async () => {
    const { serverUrl, server } = await standBehind(start, { files: FABRIC })
    const claims = ['-H', 'X-Forwarded-For: 192.0.2.66', '-H', 'Forwarded: for=192.0.2.67']
    const { status } = await curl('--interface', '127.0.0.9', ...claims, `${serverUrl}/bootstrap`)
    expect(status).toBe(200)
    await server().logs('127.0.0.9 GET /bootstrap 200')
    expect(server().log()).not.toContain('192.0.2.6')
  })

  it.each(SITES)('passes on what was asked as it was asked, the prefix %s', async (site) => {
    const name = 'images/EOS 4.33%25#?.swi'
    const files = { ...FABRIC, [`files/${name}`]: 'its bytes\n' }
    const { serverUrl, server } = await standBehind(start, { files, site })
    const { port, pathname } = new URL(serverUrl)
    const prefix = pathname.replace(/\/$/, '')
    const ask = (target: string) => rawRequest({ port: Number(port), target: prefix + target })
    const found = await ask('/files/images/EOS%204.33%2525%23%3F.swi')
    expect([found.status, String(found.body)]).toEqual([200, 'its bytes\n'])
    const odd = '/files/a%2Fb%25c%5Cd%3F?x=%2F&y=z'
    expect((await ask(odd)).status).toBe(404)
    await server().logs(` GET ${site === 'stripped' ? '' : pathOf(site)}${odd} 404 `)
  })

  it.each(SITES)('answers a client of HTTP/1.0 that names no host, the prefix %s', async (site) => {
    const { serverUrl } = await standBehind(start, { files: { ...FABRIC, 'files/x': IMAGE }, site })
    const { port, pathname } = new URL(serverUrl)
    const request = `GET ${pathname.replace(/\/$/, '')}/files/x HTTP/1.0\r\n\r\n`
    const answer = await exchange(Number(port), Buffer.from(request))
    expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.[01] 200 OK\r\n/)
    expect(answer.subarray(-IMAGE.length).equals(IMAGE)).toBe(true)
  })

  it('compresses nothing, though it does elsewhere', async () => {
    const files = { ...FABRIC, 'files/image': IMAGE, 'files/image.gz': 'not this' }
    const { serverUrl } = await standBehind(start, { files })
    expect((await postNode(serverUrl, leafReport('ZIP1'))).status).toBe(201)
    const port = Number(new URL(serverUrl).port)
    const headers = { 'accept-encoding': 'gzip, deflate, br' }
    const paths = ['/bootstrap', '/bootstrap/config', '/nodes/ZIP1', '/actions/add_config']
    for (const target of [...paths, '/files/image', '/meta/files/image', '/files/none']) {
      const answer = await rawRequest({ port, target, headers })
      const length = answer.headers.get('content-length')
      expect([target, answer.status, length]).toEqual([
        target,
        target === '/files/none' ? 404 : 200,
        String(answer.body.length),
      ])
      expect(answer.headers.get('content-encoding')).toBeUndefined()
    }
  })

  it('lets the server say what is too large', async () => {
    const { serverUrl } = await standBehind(start, { files: FABRIC })
    expect((await postNode(serverUrl, leafReport('BIG1'))).status).toBe(201)
    const put = (bytes: number) =>
      fetch(`${serverUrl}/nodes/BIG1/startup-config`, {
        method: 'PUT',
        body: Buffer.alloc(bytes, '!\n'),
      })
    expect((await put(10 * MEBIBYTE)).status).toBe(201)
    const refused = await put(10 * MEBIBYTE + 1)
    expect([refused.status, await refused.text()]).toEqual([
      413,
      expect.stringContaining('the request body is too large'),
    ])
  })

  it('says so when nobody is behind a unix socket, and goes on when somebody is again', async () => {
    const stand = await standBehind(start, { files: FABRIC, by: 'unix', group })
    const ask = () => curl(`${stand.serverUrl}/bootstrap`)
    expect((await ask()).status).toBe(200)
    await stand.server().kill()
    expect((await ask()).status).toBe(down)
    await expect.poll(() => stand.front.log()).toContain(complaint)
    await stand.startAgain()
    await expect.poll(async () => (await ask()).status).toBe(200)
  })
})
