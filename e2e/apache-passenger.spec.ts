import { execFile } from 'node:child_process'
import { symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { restOf, stalledDownload } from './support/download.ts'
import { FABRIC, leafReport } from './support/fabric.ts'
import {
  type BehindApache,
  PASSENGER,
  type Settings,
  type WayOptions,
} from './support/front-servers/apache-ways.ts'
import { frontFolder } from './support/front-servers/front-server.ts'
import { PacedLoad } from './support/paced-load.ts'
import { rawRequest } from './support/raw-request.ts'
import { bringNode } from './support/registry-node.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)
const MIB = 1024 ** 2
const PATIENCE = { timeout: 30_000, interval: 100 }
const WITH_PID = { default: { console_logging_format: '<%(process)d> %(message)s' } }

let data: DataRoot
let behind: BehindApache | undefined

beforeEach(async () => {
  data = await makeDataRoot({ ...FABRIC, 'files/image.swi': '' })
})

afterEach(async () => {
  await behind?.stop()
  behind = undefined
  await data.remove()
})

async function start(settings: Settings = WITH_PID, more: WayOptions = {}): Promise<BehindApache> {
  const [way] = PASSENGER
  if (way === undefined) throw new Error('there is no way to have Passenger at the root')
  behind = await way.start(data.path, { settings, ...more })
  return behind
}

/** The processes that began to serve, in order. */
function started({ log }: BehindApache): readonly string[] {
  return [...log().matchAll(/<(\d+)> Using repository/g)].map(([, pid = '']) => pid)
}

describe('Passenger', () => {
  it('replaces its processes under load without a failed request, and ends no download', async () => {
    // Nobody is to give up on the download, however long the load goes on.
    const patient = { ...WITH_PID, limits: { idle_timeout: '10 min' } }
    const site = await start(patient, { more: 'Timeout 600\n' })
    await expect.poll(() => started(site).length, PATIENCE).toBe(2)
    await truncate(join(data.path, 'files/image.swi'), 64 * MIB)
    const download = await stalledDownload(site.port, '/files/image.swi')
    const load = new PacedLoad(200, (at) => readOrRegister(site.port, at))
    for (const generation of [1, 2]) {
      await expect.poll(() => load.answers(), PATIENCE).toBeGreaterThan(load.answers() + 300)
      await touch(join(site.folder, 'restart.txt'))
      await expect.poll(() => started(site).length, PATIENCE).toBe(2 + 2 * generation)
    }
    await expect.poll(() => load.answers(), PATIENCE).toBeGreaterThan(load.answers() + 300)
    await load.end()
    expect(load.failures).toEqual([])
    expect(await restOf(download)).toBeGreaterThan(64 * MIB)
    expect(new Set(started(site)).size).toBe(6)
    // Those of before have ended, each in order.
    await expect.poll(() => started(site).filter(alive).length, PATIENCE).toBe(2)
  }, 300_000)

  it('says once what is wrong with the configuration, answers 503, and heals', async () => {
    const site = await start({ default: { identifier: 'nonsense' } })
    for (let request = 0; request < 30; request += 1) {
      const answer = await fetch(`${site.serverUrl}/bootstrap`)
      expect([answer.status, await answer.text()]).toEqual([
        503,
        "ztpserver cannot start; the web server's error log says why\n",
      ])
    }
    await expect
      .poll(site.log, PATIENCE)
      .toMatch(
        /ztpserver cannot start: .*ztpserver\.conf:\d+:\d+: \[default\] identifier = 'nonsense' .* serialnumber or systemmac/,
      )
    const complaints = site.log().match(/ztpserver cannot start: .*/g) ?? []
    expect(complaints.length).toBeLessThanOrEqual(2)
    expect(site.log()).not.toMatch(/^.*\n?.* {4}at .*\(/m)
    await writeFile(join(site.folder, 'ztpserver.conf'), `[default]\ndata_root = ${data.path}\n`)
    const healed = async () => (await fetch(`${site.serverUrl}/bootstrap`)).status
    await expect.poll(healed, PATIENCE).toBe(200)
  })

  it.each([
    ['it does not exist', '/nonexistent', /data directory: .*nonexistent.* does not exist/],
    ['it is a file', '/etc/passwd', /data directory: .*passwd/],
  ])('says what is wrong with the data directory: %s', async (_name, path, complaint) => {
    const site = await start({ default: { data_root: path } })
    expect((await fetch(`${site.serverUrl}/bootstrap`)).status).toBe(503)
    // Passenger hands on what a process says in its own time.
    const said = new RegExp(`ztpserver cannot start: ${complaint.source}`)
    await expect.poll(site.log, PATIENCE).toMatch(said)
  })

  it('says which Node it was given, if that is too old', async () => {
    const folder = await frontFolder()
    const node = join(await bringNode('18', folder.path), 'node')
    const site = await start(WITH_PID, { node })
    expect((await fetch(`${site.serverUrl}/bootstrap`)).status).toBe(503)
    await expect
      .poll(site.log, PATIENCE)
      .toMatch(
        /ztpserver cannot start: it needs Node\.js 20 or later, and PassengerNodejs names 18\.[\d.]+ \(/,
      )
    expect(site.log()).not.toContain('    at ')
    await folder.remove()
  })

  it('loads the package that npm packs', async () => {
    const folder = await frontFolder()
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder.path], { cwd: ROOT })
    await run('sh', ['-c', 'tar xzf ztpserver-*.tgz'], { cwd: folder.path })
    const root = join(folder.path, 'package')
    await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'))
    const site = await start(WITH_PID, { root })
    expect((await fetch(`${site.serverUrl}/bootstrap`)).status).toBe(200)
    await folder.remove()
  })

  it('answers what is under way when Apache is told to end gracefully', async () => {
    const site = await start()
    await truncate(join(data.path, 'files/image.swi'), 64 * MIB)
    const download = await stalledDownload(site.port, '/files/image.swi')
    site.apache.signal('SIGWINCH')
    await wait(500)
    expect(await restOf(download)).toBeGreaterThan(64 * MIB)
    await expect.poll(() => started(site).filter(alive), PATIENCE).toEqual([])
  })
})

const READS = ['/bootstrap', '/files/base.template', '/meta/files/base.template']

/** Three reads, then a new node; each over a connection of its own, as a switch does it. */
async function readOrRegister(port: number, at: number): Promise<string | undefined> {
  const target = READS[at % 4]
  const body = JSON.stringify(leafReport(`LOAD${at}`))
  const { status, body: text } = await rawRequest(
    target === undefined ? { port, method: 'POST', target: '/nodes', body } : { port, target },
  )
  return status === (target === undefined ? 201 : 200) ? undefined : `${status} ${text}`
}

async function touch(path: string): Promise<void> {
  await writeFile(path, '')
  await utimes(path, new Date(), new Date())
}

function alive(pid: string): boolean {
  try {
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}
