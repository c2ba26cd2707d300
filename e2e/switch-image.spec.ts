import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CuttingProxy, startCuttingProxy } from './support/cutting-proxy.ts'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { INTERPRETERS } from './support/interpreters.ts'
import { startServer, type TestServer } from './support/server.ts'
import { clientFiles, rackSwitch } from './support/virtual-eos.ts'

const MEBIBYTE = 1024 * 1024
const IMAGE_MEBIBYTES = 512
const IMAGE = '/files/images/EOS-4.32.2F.swi'
const SUCCESS = 'ZTP bootstrap completed successfully!'

let data: DataRoot
let server: TestServer
let line: CuttingProxy
let imageSha256: string

beforeAll(async () => {
  data = await makeDataRoot({
    ...(await clientFiles()),
    neighbordb: `patterns:
  - {name: upgraded, definition: upgrade, model: DCS-7050TX.*}
  - {name: small, definition: small, model: DCS-7010T}
`,
    'definitions/upgrade': definitionOf('files/images/EOS-4.32.2F.swi', '4.32.2F'),
    'definitions/small': definitionOf('files/images/small.swi', '4.10.0F'),
    'files/images/small.swi': Buffer.alloc(3 * MEBIBYTE, 'small'),
    'files/config': 'hostname upgraded\n',
  })
  imageSha256 = await makeImage(join(data.path, IMAGE))
  line = await startCuttingProxy()
  server = await startServer({
    dataRoot: data.path,
    settings: { default: { server_url: line.url } },
  })
  line.forwardTo(server.port)
})

afterAll(async () => {
  await line.close()
  await server.stop()
  await data.remove()
})

function definitionOf(url: string, version: string): string {
  return `actions:
  - {action: install_image, attributes: {url: ${url}, version: ${version}}}
  - {action: replace_config, attributes: {url: files/config}}
`
}

/** An image of which no two mebibytes are alike. @returns its SHA-256 */
async function makeImage(path: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true })
  const file = await open(path, 'w')
  const hash = createHash('sha256')
  const piece = Buffer.alloc(MEBIBYTE, 'EOS')
  for (let at = 0; at < IMAGE_MEBIBYTES; at += 1) {
    piece.writeUInt32BE(at)
    hash.update(piece)
    await file.write(piece)
  }
  await file.close()
  return hash.digest('hex')
}

describe.each(INTERPRETERS)('$name', (python) => {
  const short = python.name.replace(/\W/g, '')

  it('512 MiB over a line that breaks three times; the new version has nothing left to do', async () => {
    const leaf = await rackSwitch({
      serial: `BIG${short}`,
      python,
      version: '4.28.0F',
      flash: { 'EOS-4.28.0F.swi': 'old', 'boot-config': 'SWI=flash:/EOS-4.28.0F.swi\n' },
    })
    line.spoil(IMAGE, [
      { kind: 'cut', after: 100 * MEBIBYTE },
      { kind: 'cut', after: 60 * MEBIBYTE },
      { kind: 'cut', after: 200 * MEBIBYTE },
    ])
    const first = await leaf.boot(line.url)
    expect([first.booted, first.verdict]).toEqual([true, SUCCESS])
    expect(first.output.match(/server connection error: /g)?.length).toBe(3)
    expectResumedThreeTimes()
    expect(await leaf.files()).toEqual([
      'EOS-4.28.0F.swi',
      'EOS-4.32.2F.swi',
      'boot-config',
      'startup-config',
    ])
    expect(await sha256Of(leaf.path('EOS-4.32.2F.swi'))).toBe(imageSha256)
    expect(await leaf.read('boot-config')).toBe('SWI=flash:/EOS-4.32.2F.swi\n')
    await server.logs(
      new RegExp(`BIG${short}: download install_image progress, \\d+ %: .* of 536870912 bytes`),
    )

    await leaf.erase('startup-config')
    line.spoil(IMAGE, [])
    const second = await leaf.boot(line.url, { version: '4.32.2F' })
    expect([second.booted, second.verdict]).toEqual([true, SUCCESS])
    expect(second.output).toContain('nothing to do: version 4.32.2F is running')
    expect(line.asked(`GET ${IMAGE}`)).toEqual([])
  }, 400_000)

  it('an image with one wrong bit is not installed, but fetched once more', async () => {
    const path = '/files/images/small.swi'
    const leaf = await rackSwitch({ serial: `BIT${short}`, python, model: 'DCS-7010T' })
    line.spoil(path, [{ kind: 'damage', after: 2 * MEBIBYTE }])
    const { booted, output } = await leaf.boot(line.url)
    expect([booted, output]).toEqual([
      true,
      expect.stringMatching(/sha256 checksum is \w+, \w+ expected: trying once more/),
    ])
    expect(line.asked(`GET ${path}`).length).toBe(2)
    const small = await readFile(join(data.path, path))
    expect((await readFile(leaf.path('EOS-4.10.0F.swi'))).equals(small)).toBe(true)
  })

  it.skipIf(process.getuid?.() !== 0)(
    'an image that does not fit on flash is not begun (as root)',
    async () => {
      const leaf = await rackSwitch({ serial: `FULL${short}`, python, flashBytes: 64 * MEBIBYTE })
      line.spoil(IMAGE, [])
      const { booted, verdict } = await leaf.boot(line.url)
      expect([booted, verdict]).toEqual([
        false,
        expect.stringMatching(
          /not enough space on flash for .*: 536870912 bytes needed, \d+ free$/,
        ),
      ])
      expect(line.asked(`GET ${IMAGE}`)).toEqual([])
      expect(await leaf.files()).toEqual([])
    },
  )
})

/** Every further request went on about where the line had broken. */
function expectResumedThreeTimes(): void {
  const ranges = line.asked(`GET ${IMAGE}`).map(({ range }) => range)
  expect(ranges).toEqual([
    undefined,
    expect.stringMatching(/^bytes=\d+-$/),
    expect.stringMatching(/^bytes=\d+-$/),
    expect.stringMatching(/^bytes=\d+-$/),
  ])
  const [, ...starts] = ranges.map((range) => Number(/\d+/.exec(range ?? '')?.[0]) / MEBIBYTE)
  // What was on its way when the line broke is lost: the sockets' buffers, at most.
  const LOST = 16
  let sent = 0
  for (const [at, start] of starts.entries()) {
    sent = (at === 0 ? 0 : (starts[at - 1] ?? 0)) + ([100, 60, 200][at] ?? 0)
    expect(start).toBeGreaterThan(sent - LOST)
    expect(start).toBeLessThanOrEqual(sent)
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}
