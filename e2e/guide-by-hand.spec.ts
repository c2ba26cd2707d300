import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { fencesIn, readPage, section } from './support/fences.ts'
import { followSteps } from './support/follow-steps.ts'
import { settingsComplaints } from './support/ini-fences.ts'
import { missingLine } from './support/log-fences.ts'
import { startServer, type TestServer } from './support/server.ts'
import { canSeal, clientFiles } from './support/virtual-eos.ts'

const PAGE = 'docs/guides/by-hand.md'
const ROOT = fileURLToPath(new URL('..', import.meta.url))
const ON_SWITCH = join(ROOT, 'e2e/support/programs/on-switch.py')
const SERVER = 'http://10.0.0.2:8080'
const run = promisify(execFile)

let page: string
let folder: string
let data: DataRoot
let server: TestServer

beforeAll(async () => {
  page = await readPage(PAGE)
  folder = await mkdtemp(join(tmpdir(), 'ztps-guide-'))
  await writeFiles(folder, { 'flash/startup-config': 'hostname in-use\n' })
  data = await makeDataRoot({
    ...(await clientFiles()),
    'nodes/LEAF1/definition':
      'actions:\n  - action: replace_config\n    attributes: {url: files/leaf}\n',
    'nodes/LEAF1/pattern': 'interfaces: []\n',
    'files/leaf': 'hostname from-server\n',
  })
  server = await startServer({ dataRoot: data.path })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
  await rm(folder, { recursive: true, force: true })
})

function shown(name: string): string {
  const text = fencesIn(page).find((each) => each.name === name)?.text
  if (text === undefined) throw new Error(`${PAGE} has no fence '${name}'`)
  return text.trim().replace(SERVER, server.url)
}

type Typed = {
  readonly commands: readonly { readonly status: number; readonly output: string }[]
  readonly flash: Readonly<Record<string, string>>
}

/** Types commands on a switch that has a configuration. */
async function type(serial: string, ...commands: readonly string[]): Promise<Typed> {
  const words = [ON_SWITCH, serial, join(folder, 'flash'), ...commands]
  const { stdout } = await run('python3', words, {
    env: { ...process.env, ZTPS_HTTP_BACKOFF: '0' },
  })
  return JSON.parse(stdout)
}

// Its paths are those of a switch, which only a sealed one has.
describe.skipIf(!canSeal())('on a switch in use', () => {
  it.each(['fetch-with-curl', 'fetch-with-wget'])(
    '%s, then run it: nothing is lost',
    async (fetching) => {
      const { commands, flash } = await type('LEAF1', shown(fetching), shown('run'))
      const [fetched, ran] = commands
      expect(fetched).toEqual({ status: 0, output: '' })
      expect([ran?.status, missingLine(ran?.output ?? '', shown('switch'))]).toEqual([0, undefined])
      expect(flash).toEqual({
        'startup-config': 'hostname in-use\n',
        'startup-config.ztp': 'hostname from-server\n',
      })
    },
  )

  it('a failure says what the page says, and loses nothing with -n', async () => {
    const { commands, flash } = await type('NOBODY', shown('fetch-with-curl'), shown('run'))
    const [, ran] = commands
    expect([ran?.status, missingLine(ran?.output ?? '', shown('failed'))]).toEqual([1, undefined])
    expect(flash).toEqual({ 'startup-config': 'hostname in-use\n' })
  })

  it('without -n a failure leaves no startup-config, but one in /tmp', async () => {
    const look = 'cat /tmp/ztps-*.d/flash/startup-config'
    const { commands, flash } = await type(
      'NOBODY',
      shown('fetch-with-curl'),
      'sudo /tmp/bootstrap',
      look,
    )
    expect(commands[1]?.status).toBe(1)
    expect(commands[2]).toEqual({ status: 0, output: 'hostname in-use\n' })
    expect(flash).toEqual({})
  })

  it('--help has the option of the page, and no other', async () => {
    const { commands } = await type('LEAF1', shown('fetch-with-curl'), '/tmp/bootstrap --help')
    const options = commands[1]?.output.match(/^ +--?\S+/gm)?.map((each) => each.trim())
    expect([commands[1]?.status, options]).toEqual([0, ['-h,', '-n,']])
  })
})

it('names the stages that the script has', async () => {
  const script = await readFile(join(ROOT, 'client/bootstrap'), 'utf8')
  const stages = [...script.matchAll(/self\._enter\('(\w+)'\)/g)].map(([, stage]) => stage)
  const list = /The word in brackets is the stage: (.*?)\.\n/s.exec(page)?.[1] ?? ''
  expect([...list.matchAll(/`(\w+)`/g)].map(([, stage]) => stage)).toEqual(['start', ...stages])
})

it('the virtual switch of the package provisions itself', async () => {
  const place = { folder: ROOT, conf: '', standIns: [[SERVER, server.url]] as const }
  expect(await followSteps(section(page, 'vEOS'), place)).toBe(1)
})

it('shows settings that the server takes', () => {
  expect(settingsComplaints(page)).toEqual([])
})
