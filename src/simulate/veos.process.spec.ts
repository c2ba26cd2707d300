import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { NODE } from './testing/nodes.ts'
import { type ScriptedServer, startScripted } from './testing/scripted-server.ts'
import { findVeos, type Veos } from './veos.ts'

const PROGRAM = join(import.meta.dirname, '../../client/tests/veos')

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function found(): Promise<Veos> {
  const search = await findVeos(PROGRAM, process.env)
  if (search.kind === 'none') throw new Error(search.reason)
  return search.veos
}

/** A server whose bootstrap script is this one. */
async function serve(body: string): Promise<ScriptedServer> {
  const type = 'text/x-python; charset=UTF-8'
  const server = await startScripted(() => ({ 'GET /bootstrap': { status: 200, type, body } }))
  closers.push(server.close)
  return server
}

/** A PATH on which python3 is this shell script, or nothing. */
async function pathWith(python3?: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ztps-path-'))
  closers.push(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'bin'))
  if (python3 !== undefined) {
    await symlink('/bin/sh', join(folder, 'bin', 'sh'))
    await writeFile(join(folder, 'bin', 'python3'), `#!/bin/sh\n${python3}\n`, { mode: 0o755 })
  }
  return join(folder, 'bin')
}

describe('a virtual EOS', () => {
  it('runs the script behind the URL, shows its lines, and tells what flash holds', async () => {
    const server = await serve(`#!/bin/sh
      echo "one"
      FastCli -p 15 -A -c 'show lldp neighbors'
      printf 'hostname ü\\n' > "$ZTPS_FLASH/startup-config"
      echo "two"
    `)
    const lines: string[] = []
    const veos = await found()
    const booted = await veos.boot(NODE, `${server.url}/bootstrap`, (line) => lines.push(line))
    expect(booted).toEqual({ startupConfig: 'hostname ü\n', lastLine: 'two' })
    expect([lines[0], lines.at(-1)]).toEqual(['one', 'two'])
    expect(server.seen[0]?.headers).toMatchObject({
      'x-arista-serial': NODE.serialnumber,
      'x-arista-modelname': NODE.model,
    })
  })

  it('has no configuration after a script that failed', async () => {
    const server = await serve('#!/bin/sh\necho "ERROR: no"\nexit 1\n')
    const veos = await found()
    const booted = await veos.boot(NODE, `${server.url}/bootstrap`, () => {})
    expect(booted).toEqual({ startupConfig: undefined, lastLine: 'ERROR: no' })
  })

  it('gives its own reason where there is no script', async () => {
    const server = await startScripted(() => ({}))
    closers.push(server.close)
    const veos = await found()
    const { lastLine } = await veos.boot(NODE, `${server.url}/bootstrap`, () => {})
    expect(lastLine).toContain('404')
  })
})

describe('findVeos', () => {
  it('names the Python that it found', async () => {
    expect((await found()).python).toMatch(/^Python 3\.\d+\.\d+/)
  })

  it.each([
    ['no python3', undefined, /^there is no python3 \(.*ENOENT.*\)$/],
    ['an old one', 'echo Python 3.5.2', /^python3 is Python 3\.5\.2; 3\.6 or later is needed$/],
    ['a broken one', 'exit 3', /^python3 is of no use; 3\.6 or later is needed$/],
  ])('says why there is none: %s', async (_name, python3, reason) => {
    const search = await findVeos(PROGRAM, { PATH: await pathWith(python3) })
    expect(search.kind === 'none' ? search.reason : '').toMatch(reason)
  })
})
