import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { Files } from './support/data-root.ts'
import { restOf, stalledDownload } from './support/download.ts'
import { FABRIC } from './support/fabric.ts'
import { startHaproxy } from './support/front-servers/haproxy.ts'
import { startNginx } from './support/front-servers/nginx.ts'
import { type Place, standBehind } from './support/front-servers/stand.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { clientFiles, rackSwitch } from './support/virtual-eos.ts'

const MEBIBYTE = 1024 * 1024
const SIZE = 64 * MEBIBYTE
const IMAGE = 'files/images/EOS-4.32.2F.swi'

/** Slow enough for a server to go meanwhile, however slow this machine is; the rest comes at once. */
function startProxying(place: Place) {
  const slowly = `if ($http_range = '') { set $limit_rate 1m; }`
  return startNginx({
    ...place,
    changes: { 'root.conf': { 'location / {': `location / { ${slowly}` } },
  })
}

/** Slow enough for a server to go and come back meanwhile. */
const SLOWLY = 'limit_rate 16m;'

function startSending({ dataRoot, ...place }: Place) {
  return startNginx({
    ...place,
    sendfileFrom: dataRoot,
    changes: { 'sendfile.conf': { 'sendfile on;': `sendfile on; ${SLOWLY}` } },
  })
}

describe.each([
  { name: 'nginx', start: startNginx },
  { name: 'HAProxy', start: startHaproxy },
])('behind $name, a server that dies in the midst of a download', ({ start }) => {
  it('leaves a transfer that is visibly broken', async () => {
    const { serverUrl, server } = await standBehind(start, {
      files: { ...FABRIC, [IMAGE]: Buffer.alloc(SIZE, 'EOS\n') },
    })
    const download = await stalledDownload(Number(new URL(serverUrl).port), `/${IMAGE}`)
    await server().kill()
    const bytes = await restOf(download)
    expect(bytes).toBeGreaterThan(1_000)
    expect(bytes).toBeLessThan(SIZE)
  })
})

/** What it takes to bring a switch a new image. */
async function upgrade(image: Buffer): Promise<Files> {
  return {
    ...(await clientFiles()),
    neighbordb: 'patterns:\n  - {name: any, definition: upgrade, model: DCS.*}\n',
    'definitions/upgrade': `actions:
  - {action: install_image, attributes: {url: ${IMAGE}, version: 4.32.2F}}
  - {action: replace_config, attributes: {url: files/config}}
`,
    'bootstrap/bootstrap.conf': 'http: {retries: 12}\n',
    'files/config': 'hostname upgraded\n',
    [IMAGE]: image,
  }
}

describe('a switch whose server restarts while it fetches its image', () => {
  it.each([
    { name: 'goes on where it was', start: startProxying, settings: {}, notices: true },
    {
      name: 'does not even notice when nginx sends the image',
      start: startSending,
      settings: { sendfile: 'x-accel-redirect' },
      notices: false,
    },
  ])('$name', async ({ start, settings, notices }) => {
    const image = randomBytes(SIZE)
    const stand = await standBehind(start, { files: await upgrade(image), by: 'unix', settings })
    const [python] = INTERPRETERS
    if (python === undefined) throw new Error('the virtual switches need a python3 on the PATH')
    const leaf = await rackSwitch({ serial: 'MID1', python })
    const booting = leaf.boot(stand.serverUrl)
    await expect
      .poll(() => stand.server().log(), { timeout: 30_000 })
      .toMatch(/MID1: download install_image progress, \d+ %/)
    await stand.server().kill()
    await stand.startAgain()
    const { booted, output } = await booting
    expect([booted, output]).toEqual([true, expect.stringContaining('completed successfully!')])
    const broken = /server connection error: .*\.swi/.test(output)
    expect([output, broken]).toEqual([output, notices])
    const arrived = await readFile(leaf.path('EOS-4.32.2F.swi'))
    expect(sha256(arrived)).toBe(sha256(image))
    const ranges = () =>
      stand
        .server()
        .log()
        .match(/GET \/files\/images\/\S+ 206 /g) ?? []
    await expect.poll(() => ranges().length).toBe(notices ? 1 : 0)
  })
})

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
