import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { readPool } from './support/pool.ts'
import { runZtps, startServer, type TestServer } from './support/server.ts'

const ZTPS = fileURLToPath(new URL('../bin/ztps', import.meta.url))

let data: DataRoot
let server: TestServer

beforeEach(async () => {
  const pool = Array.from({ length: 99 }, (_, at) => `192.0.2.${at}/24: null\n`).join('')
  data = await makeDataRoot({ ...FABRIC, 'resources/mgmt': `# management\n${pool}` })
  await writeFile(conf(), `[default]\ndata_root = ${data.path}\n`)
  server = await startServer({ dataRoot: data.path })
})

afterEach(async () => {
  await server.stop()
  await data.remove()
})

const conf = () => join(data.path, '..', 'ztps.conf')
const inData = (...path: string[]) => join(data.path, ...path)

/** Runs `ztps nodes` beside the server. */
async function nodes(...words: readonly string[]) {
  return runZtps(['-c', conf(), 'nodes', ...words])
}

/** What a switch gets that posts who it is and asks what to do. */
async function boot(id: string, report = leafReport(id)) {
  const posted = await postNode(server.url, report)
  const answer = await fetch(`${server.url}/nodes/${id}`)
  const text = await answer.text()
  if (answer.status !== 200) return { posted: posted.status, status: answer.status, text }
  const { actions } = JSON.parse(text)
  const ip: unknown = actions[0].attributes.variables?.ip
  return { posted: posted.status, status: 200, actions, ip }
}

/** The report of a switch that no pattern of neighbordb is for. */
function stray(id: string) {
  return leafReport(id, { neighbors: { Ethernet9: [{ device: 'x', port: 'y' }] } })
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

describe('nodes that are there before their switches', () => {
  it('are served from their folders, whatever they see', async () => {
    expect(await boot('SN1', stray('SN1'))).toMatchObject({ posted: 400, status: 400 })
    const { status, stdout } = await nodes('add', 'SN1', '--definition', 'leaf')
    expect([status, stdout]).toEqual([0, 'added SN1: definition, pattern\n'])
    expect(await boot('SN1', stray('SN1'))).toMatchObject({
      posted: 409,
      status: 200,
      ip: '192.0.2.0/24',
    })
    expect(await boot('SN1', leafReport('SN1', { neighbors: {} }))).toMatchObject({ status: 200 })
    const wrongModel = await nodes('add', 'SN2', '--definition', 'leaf', '--model', 'DCS-7280')
    expect(wrongModel.status).toBe(0)
    const refused = await boot('SN2')
    expect(refused).toMatchObject({ posted: 409, status: 400 })
    await server.logs(/SN2: .*node failed pattern validation \(open\)/)
  })

  it('come from a spreadsheet, with their attributes', async () => {
    await writeFiles(data.path, {
      'definitions/named': `actions:
- {action: add_config, attributes: {variables: {host: $hostname, vlan: $vlan, ip: allocate('mgmt')}}}
`,
      '../rack.csv':
        'id,definition,hostname,vlan\r\nSN1,named,"leaf, first",0012\r\nSN2,named,b,\r\n',
    })
    const { status, stdout } = await nodes('import', inData('../rack.csv'))
    expect([status, stdout]).toEqual([0, 'added 2 nodes\n'])
    const { actions } = await boot('SN1')
    expect(actions[0].attributes.variables).toEqual({
      host: 'leaf, first',
      vlan: '0012',
      ip: '192.0.2.0/24',
    })
    const again = await nodes('import', inData('../rack.csv'))
    expect([again.status, again.stdout]).toEqual([0, 'added 0 nodes, 2 there already\n'])
  })
})

describe('a node that starts anew', () => {
  it('is matched again, and gets the same address', async () => {
    expect(await boot('SN1')).toMatchObject({ posted: 201, ip: '192.0.2.0/24' })
    expect(await boot('SN2')).toMatchObject({ posted: 201, ip: '192.0.2.1/24' })
    const { status, stdout } = await nodes('reset', 'SN2')
    expect([status, stdout]).toEqual([0, expect.stringContaining('mgmt: 192.0.2.1/24')])
    expect(await boot('SN2')).toMatchObject({ posted: 201, ip: '192.0.2.1/24' })
  })

  it('that is removed for good gives its address back', async () => {
    await boot('SN1')
    const { status, stdout } = await nodes('remove', 'SN1', '--free', '--json')
    expect([status, JSON.parse(stdout).removed[0].freed]).toEqual([
      0,
      [{ kind: 'file', pool: 'mgmt', entry: '192.0.2.0/24', label: null }],
    ])
    expect((await readPool(data.path, 'mgmt')).get('192.0.2.0/24')).toBeNull()
    expect((await fetch(`${server.url}/nodes/SN1`)).status).toBe(400)
    expect(await boot('SN2')).toMatchObject({ posted: 201, ip: '192.0.2.0/24' })
  })
})

describe('a dead switch is replaced', () => {
  it('by one that nobody knows: it boots with the same values', async () => {
    await boot('OTHER')
    expect(await boot('OLD')).toMatchObject({ posted: 201, ip: '192.0.2.1/24' })
    const { status, stdout } = await nodes('replace', 'OLD', 'NEW')
    expect([status, stdout]).toEqual([0, expect.stringContaining('mgmt: 192.0.2.1/24')])
    expect(await boot('NEW')).toMatchObject({ posted: 409, status: 200, ip: '192.0.2.1/24' })
    const holders = await readPool(data.path, 'mgmt')
    expect([holders.get('192.0.2.0/24'), holders.get('192.0.2.1/24')]).toEqual(['OTHER', 'NEW'])
    expect(JSON.parse(await readFile(inData('nodes/NEW/.node'), 'utf8')).serialnumber).toBe('NEW')
    const again = await nodes('replace', 'OLD', 'NEW')
    expect([again.status, again.stdout]).toEqual([
      0,
      expect.stringContaining('NEW has the place of OLD already'),
    ])
    const shown = JSON.parse((await nodes('show', 'NEW', '--json')).stdout)
    expect(shown).toMatchObject({
      state: 'known',
      definition: { kind: 'copy', name: 'leaf' },
      holds: [{ pool: 'mgmt', entry: '192.0.2.1/24' }],
      outlook: { kind: 'definition', actions: ['add_config'] },
    })
  })

  it('with the configuration it sent, and the ones before', async () => {
    await boot('OLD')
    const put = (text: string) =>
      fetch(`${server.url}/nodes/OLD/startup-config`, { method: 'PUT', body: text })
    expect((await put('hostname one\n')).status).toBe(201)
    expect((await put('hostname two\n')).status).toBe(200)
    expect((await nodes('replace', 'OLD', 'NEW')).status).toBe(0)
    const { posted, actions } = await boot('NEW')
    expect([posted, actions[0].action]).toEqual([409, 'replace_config'])
    const config = await fetch(actions[0].attributes.url)
    expect(await config.text()).toBe('hostname two\n')
    expect(await readdir(inData('.ztps/versions/NEW'))).toHaveLength(1)
    const late = await fetch(`${server.url}/nodes/OLD/startup-config`, { method: 'PUT', body: 'x' })
    expect(late.status).toBe(400)
  })

  it('by one that came up before, in a place of its own: only when told', async () => {
    await boot('OLD')
    expect(await boot('NEW')).toMatchObject({ posted: 201, ip: '192.0.2.1/24' })
    const refused = await nodes('replace', 'OLD', 'NEW')
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('--force')])
    expect(await boot('NEW')).toMatchObject({ ip: '192.0.2.1/24' })
    expect(await nodes('replace', 'OLD', 'NEW', '--force')).toMatchObject({ status: 0, stderr: '' })
    expect(await boot('NEW')).toMatchObject({ posted: 409, status: 200, ip: '192.0.2.0/24' })
    const holders = await readPool(data.path, 'mgmt')
    expect(holders.get('192.0.2.1/24')).toBeNull()
  })
})

const NOBODY = 65_534

// Only root may give the data directory to another user.
describe.runIf(process.getuid?.() === 0)(
  'a command of root, beside a server of another user',
  () => {
    it('makes what the server can work with', async () => {
      await server.stop()
      execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, join(data.path, '..')])
      server = await startServer({ dataRoot: data.path, user: NOBODY })
      for (const id of ['SN1', 'SN2']) {
        expect((await nodes('add', id, '--definition', 'leaf')).status).toBe(0)
      }
      expect(await boot('SN1')).toMatchObject({ posted: 409, ip: '192.0.2.0/24' })
      expect((await nodes('replace', 'SN1', 'SN3')).status).toBe(0)
      expect((await nodes('remove', 'SN2', '--free')).status).toBe(0)
      expect(await boot('SN3')).toMatchObject({ posted: 409, ip: '192.0.2.0/24' })
      for (const [status, body] of [
        [201, 'one'],
        [200, 'two'],
      ]) {
        const url = `${server.url}/nodes/SN3/startup-config`
        expect((await fetch(url, { method: 'PUT', body: String(body) })).status).toBe(status)
      }
      const foreign = execFileSync('find', [data.path, '!', '-user', String(NOBODY)])
      expect(foreign.toString()).toBe('')
    })
  },
)

const ROUNDS = 25

describe('kill -9', () => {
  it(`${ROUNDS} replacements: one of the two is configured at any moment, and the rest is done by the next run`, async () => {
    const rows = Array.from({ length: ROUNDS }, (_, round) => `OLD${round},leaf\n`)
    await writeFiles(data.path, { '../olds.csv': `id,definition\n${rows.join('')}` })
    expect((await nodes('import', inData('../olds.csv'))).status).toBe(0)
    let killed = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      const [old, heir] = [`OLD${round}`, `NEW${round}`]
      const { ip } = await boot(old)
      // Every other node sent its configuration, twice.
      const sent = round % 2 === 0 ? ['first', 'second'] : []
      for (const body of sent) {
        await fetch(`${server.url}/nodes/${old}/startup-config`, { method: 'PUT', body })
      }
      const impatient = bootAgainAndAgain(heir)
      if (await killWhen(['replace', old, heir], inData('.ztps/archive', old))) killed += 1
      const configured = await Promise.all(
        [old, heir].map((id) => exists(inData('nodes', id, 'definition'))),
      )
      expect([round, configured.filter(Boolean)]).toEqual([round, [true]])
      const { status, stderr } = await nodes('replace', old, heir)
      expect([round, status, stderr]).toEqual([round, 0, ''])
      const addresses = await impatient.stop()
      expect([round, addresses.filter((each) => each !== ip)]).toEqual([round, []])
      await expectReplaced(old, heir, ip)
      const versions = await readdir(inData('.ztps/versions', heir)).catch(() => [])
      expect([round, versions.length]).toEqual([round, sent.length / 2])
    }
    expect(killed).toBeGreaterThan(ROUNDS / 5)
    const left = await readdir(inData('.ztps/versions'))
    expect(left.filter((id) => id.startsWith('OLD'))).toEqual([])
  }, 600_000)

  it('an import: whole folders only, and the next run makes the others', async () => {
    let prefix = 'SN'
    // One that was done before it was killed says nothing: then another.
    while (!(await killImport(prefix))) prefix += 'N'
    const made = (await readdir(inData('nodes'))).filter((name) => name.startsWith(`${prefix}-`))
    for (const name of made) {
      const files = (await readdir(inData('nodes', name))).sort()
      expect([name, files]).toEqual([name, ['attributes', 'definition', 'pattern']])
    }
    const { status, stdout } = await nodes('import', inData('../sheet.csv'))
    expect([status, stdout]).toEqual([
      0,
      `added ${400 - made.length} nodes, ${made.length} there already\n`,
    ])
    expect(await boot(`${prefix}-399`)).toMatchObject({ posted: 409, status: 200 })
  }, 300_000)

  /** Kills an import of 400 nodes a moment after it made the first. @returns false when it was done before */
  async function killImport(prefix: string): Promise<boolean> {
    const rows = Array.from({ length: 400 }, (_, at) => `${prefix}-${at},leaf,host${at}\n`)
    await writeFiles(data.path, { '../sheet.csv': `id,definition,hostname\n${rows.join('')}` })
    return killWhen(['import', inData('../sheet.csv')], inData('nodes', `${prefix}-0`))
  }
})

/**
 * Runs `ztps nodes` and kills it a moment after something appeared.
 *
 * @returns false when it was done before
 */
async function killWhen(words: readonly string[], path: string): Promise<boolean> {
  const child = spawn(ZTPS, ['-c', conf(), 'nodes', ...words], { stdio: 'ignore' })
  const ended = once(child, 'exit')
  while (child.exitCode === null && !(await exists(path))) await pause(1)
  await pause(Math.random() * 25)
  child.kill('SIGKILL')
  const [, signal] = await ended
  return signal === 'SIGKILL'
}

/** The heir holds what the old one held, and nothing else; the old one is gone. */
async function expectReplaced(old: string, heir: string, ip: unknown): Promise<void> {
  expect(await exists(inData('nodes', old))).toBe(false)
  const held = [...(await readPool(data.path, 'mgmt'))].filter(
    ([, holder]) => holder === old || holder === heir,
  )
  expect(held).toEqual([[ip, heir]])
  expect(await boot(heir, stray(heir))).toMatchObject({ posted: 409, status: 200 })
}

/** A switch that is on already while it is being given its place. */
function bootAgainAndAgain(id: string) {
  const addresses: unknown[] = []
  let stopping = false
  const running = (async () => {
    while (!stopping) {
      const { posted, ip } = await boot(id, stray(id))
      expect([400, 409]).toContain(posted)
      if (ip !== undefined) addresses.push(ip)
      await pause(3)
    }
  })()
  return {
    /** @returns the addresses it was ever told */
    async stop(): Promise<readonly unknown[]> {
      stopping = true
      await running
      return addresses
    },
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
