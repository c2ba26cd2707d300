import { execFile } from 'node:child_process'
import { access, cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { freePort } from '../src/http/free-port.ts'
import { toJson } from '../src/kernel/json.ts'
import { parseYaml } from '../src/yaml/parse.ts'
import { toValue } from '../src/yaml/to-value.ts'
import { makeDataRoot } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { isOurs } from './support/package-copy.ts'
import { startServer } from './support/server.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-docker-'))
})

afterAll(() => rm(folder, { recursive: true }))

function read(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8')
}

/** The instructions of the Dockerfile, lines that go on joined. */
async function instructions(): Promise<readonly (readonly [string, string])[]> {
  const text = (await read('deploy/docker/Dockerfile')).replaceAll(/^#.*\n/gm, '')
  return text
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, name = '', rest = ''] = /^([A-Z]+) +(.*)$/.exec(line) ?? []
      return name === '' ? [] : [[name, rest.replaceAll(/ +/g, ' ')] as const]
    })
}

/** What `.dockerignore` lets through, but for the files of Python below it. */
async function context(): Promise<readonly string[]> {
  const lines = (await read('.dockerignore')).split('\n')
  expect(lines.find((line) => line !== '' && !line.startsWith('#'))).toBe('*')
  return lines.flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []))
}

async function files(tarball: string): Promise<readonly string[]> {
  const { stdout } = await run('tar', ['-tzf', tarball])
  return stdout.split('\n').sort()
}

describe('the image', () => {
  it('has what a package of the whole working copy would have', async () => {
    const copy = join(folder, 'context')
    for (const path of await context()) {
      await mkdir(dirname(join(copy, path)), { recursive: true })
      await cp(join(ROOT, path), join(copy, path), { recursive: true, filter: isOurs })
    }
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    // As the Dockerfile does: `prepare` builds.
    const inContext = await run('npm', ['pack', '--silent', '--pack-destination', folder], {
      cwd: copy,
    })
    const built = await files(join(folder, inContext.stdout.trim().split('\n').at(-1) ?? ''))
    const here = await run(
      'npm',
      ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder],
      { cwd: ROOT },
    )
    expect(built).toEqual(await files(join(folder, here.stdout.trim())))
    expect(built).toContain('package/dist/main.js')
  })

  it('copies what is there, and serves as a user', async () => {
    const all = await instructions()
    const reaching = await context()
    const sources = all.flatMap(([name, rest]) =>
      name === 'COPY' && !rest.startsWith('--from') ? rest.split(' ').slice(0, -1) : [],
    )
    for (const source of sources.filter((each) => each !== '.')) expect(reaching).toContain(source)
    const [last] = all.filter(([name]) => name === 'USER').slice(-1)
    expect(last).toEqual(['USER', '8080:8080'])
    const users = all.map(([, rest]) => rest).join('\n')
    expect(users).toContain('useradd --uid 8080 --gid 8080')
    for (const name of ['ENTRYPOINT', 'VOLUME']) {
      const [, rest = ''] = all.find(([each]) => each === name) ?? []
      expect(JSON.parse(rest)).toEqual(expect.any(Array))
    }
  })
})

describe('the health check', () => {
  /** The command of the Dockerfile, here. */
  async function healthOf(url: string) {
    const [, rest = ''] = (await instructions()).find(([name]) => name === 'HEALTHCHECK') ?? []
    const [program = '', ...args]: string[] = JSON.parse(/\[.*\]/.exec(rest)?.[0] ?? '[]')
    const here = args.map((each) => each.replace('/opt/ztpserver/', ROOT))
    const env = { PATH: process.env.PATH, ZTPS_HEALTH_URL: url }
    return run(program, here, { env }).then(
      ({ stderr }) => ({ status: 0, stderr }),
      ({ code, stderr }) => ({ status: code, stderr }),
    )
  }

  it('asks for what a switch asks for', async () => {
    const data = await makeDataRoot(FABRIC)
    const server = await startServer({ dataRoot: data.path })
    const url = `${server.url}/bootstrap`
    expect(await healthOf(url)).toEqual({ status: 0, stderr: '' })
    await rm(join(data.path, 'bootstrap'), { recursive: true })
    expect(await healthOf(url)).toEqual({
      status: 1,
      stderr: `${url}: answered 400; is there a data directory? 'ztps init' makes one\n`,
    })
    expect(await server.stop()).toBe(0)
    await data.remove()
  })

  it('says when nobody answers', async () => {
    const url = `http://127.0.0.1:${await freePort()}/bootstrap`
    const { status, stderr } = await healthOf(url)
    expect([status, stderr]).toEqual([1, expect.stringContaining('ECONNREFUSED')])
  })

  it('asks where the server of the image listens, unless it is told otherwise', async () => {
    const script = await read('deploy/docker/healthcheck.mjs')
    const port = /http:\/\/127\.0\.0\.1:(\d+)\/bootstrap/.exec(script)?.[1]
    expect(await instructions()).toContainEqual(['EXPOSE', port])
  })
})

const COMPOSE = z.strictObject({
  services: z.strictObject({
    ztpserver: z.strictObject({
      image: z.literal('ztpserver'),
      build: z.strictObject({ context: z.string(), dockerfile: z.string() }),
      restart: z.literal('unless-stopped'),
      ports: z.array(z.string().regex(/^\d+:8080$/)).min(1),
      volumes: z.array(z.string()),
      read_only: z.literal(true),
      tmpfs: z.array(z.string().startsWith('/')),
      cap_drop: z.tuple([z.literal('ALL')]),
      security_opt: z.tuple([z.literal('no-new-privileges:true')]),
      init: z.literal(true),
      stop_grace_period: z.string().regex(/^\d+s$/),
    }),
  }),
})

describe('the compose file', () => {
  it('runs the image with no more rights than it needs', async () => {
    const text = await read('deploy/docker/compose.yaml')
    const { value, diagnostics } = parseYaml(text, 'compose.yaml')
    expect(diagnostics).toEqual([])
    const { services } = COMPOSE.parse(
      JSON.parse(value === undefined ? '' : toJson(toValue(value))),
    )
    const { build, volumes, stop_grace_period: grace } = services.ztpserver
    await access(join(ROOT, 'deploy/docker', build.context, build.dockerfile))
    const [, declared = ''] = (await instructions()).find(([name]) => name === 'VOLUME') ?? []
    expect(volumes.map((each) => each.split(':')[1])).toEqual(JSON.parse(declared))
    // Longer than [server] stop_timeout.
    expect(Number.parseInt(grace, 10)).toBeGreaterThan(10)
  })
})
