import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot, writeFiles } from './support/data-root.ts'
import { readPool } from './support/pool.ts'
import { startServer, type TestServer } from './support/server.ts'

/** Whom permissions bind: the server runs as nobody where the tests run as root. */
const NOBODY = process.getuid?.() === 0 ? 65534 : undefined

let data: DataRoot
let server: TestServer

beforeAll(async () => {
  data = await makeDataRoot({
    neighbordb: 'patterns: []\n',
    'resources/site/names': 'leaf[001-400]: null\n',
  })
  await chmod(dirname(data.path), 0o755)
  if (NOBODY !== undefined) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, data.path])
  server = await startServer({
    dataRoot: data.path,
    settings: { default: { disable_topology_validation: 'True' } },
    ...(NOBODY === undefined ? {} : { user: NOBODY }),
  })
})

afterAll(async () => {
  await server.stop()
  await data.remove()
})

async function addNode(id: string, pool: string): Promise<string> {
  const folder = `nodes/${id}`
  const report = { model: 'x', serialnumber: id, systemmac: '001c73000001', version: '1' }
  await writeFiles(data.path, {
    [`${folder}/definition`]: `name: leaf\nactions:\n  - action: a\n    attributes: {entry: "allocate('${pool}')"}\n`,
    [`${folder}/.node`]: JSON.stringify({ ...report, neighbors: {} }),
  })
  return id
}

function definitionOf(id: string): Promise<Response> {
  return fetch(`${server.url}/nodes/${id}`)
}

async function entryOf(id: string): Promise<string> {
  const answer = await definitionOf(id)
  expect([id, answer.status]).toEqual([id, 200])
  return /"entry": "([^"]*)"/.exec(await answer.text())?.[1] ?? ''
}

function pathOf(pool: string): string {
  return join(data.path, 'resources', pool)
}

/** A file as the person who runs the server would make it. @returns its path */
async function write(pool: string, text: string | Uint8Array): Promise<string> {
  const path = pathOf(pool)
  await rm(path, { recursive: true, force: true })
  await writeFile(path, text)
  if (NOBODY !== undefined) execFileSync('chown', [`${NOBODY}:${NOBODY}`, path])
  return path
}

describe('under a running server, a pool that', () => {
  const HEALTHY = 'a: HOLDER\nb: null\n'
  const texts: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ['has a syntax error', 'a: HOLDER\nb: [\n', /resources\/p\d+:\d+:\d+: /],
    ['has a key twice, held at last', 'b: null\na: HOLDER\nb: N9\n', /no resource free in 'p\d+'/],
    [
      'has a key twice, held at first',
      'b: N9\na: HOLDER\nb: null\n',
      /p\d+:1:1: b has N9 here and stands in a later line again: keep one of the two/,
    ],
    ['is a list', '- a\n- b\n', /resources\/p\d+:1:1: a pool is a map/],
    ['has a value that is no id', "a: HOLDER\nb: '-; drop'\n", /no resource free in 'p\d+'/],
    ['has a range that goes back', 'a: HOLDER\nx[9-1]:\n', /resources\/p\d+:2:1: x\[9-1\] goes/],
    ['is not UTF-8', Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]), /p\d+:1:4: .*UTF-8/],
    ['is empty', '', /no resource free in 'p\d+': none of its 0 entries/],
    ['has an anchor', 'a: HOLDER\nb: &x null\n', /of b cannot be changed: it has an anchor/],
  ]
  const acts: readonly (readonly [string, (path: string) => Promise<unknown>, RegExp])[] = [
    ['has 1 GB', (path) => truncate(path, 1e9), /p\d+: it has 1000000000 bytes, and a pool has at/],
    ['is removed', (path) => rm(path), /there is no resource pool .*resources\/p\d+/],
    [
      'is a folder',
      async (path) => {
        await rm(path)
        await mkdir(path)
      },
      /resources\/p\d+ is no file/,
    ],
    [
      'is read-only',
      (path) => chmod(path, 0o444),
      /cannot write .*p\d+: it is read-only \(mode 0444\)/,
    ],
    ['cannot be read', (path) => chmod(path, 0o000), /cannot read .*p\d+: permission denied/],
    [
      'is in a read-only folder',
      (path) => chmod(dirname(path), 0o555),
      /cannot write .*p\d+: permission denied; .* needs write/,
    ],
  ]
  const cases = [
    ...texts.map(([name, text, reason]) => {
      const spoil = (path: string) => write(basename(path), text)
      return [name, spoil, reason] as const
    }),
    ...acts,
  ]

  it.each(cases.map((each, at) => [...each, `p${at}`] as const))(
    '%s: 400, the reason in the log, nothing taken, no harm',
    async (_name, spoil, reason, pool) => {
      const path = await write(pool, HEALTHY.replace('HOLDER', `HAS-${pool}`))
      const holder = await addNode(`HAS-${pool}`, pool)
      const other = await addNode(`OTHER-${pool}`, 'site/names')
      const node = await addNode(`NEW-${pool}`, pool)
      expect(await entryOf(holder)).toBe('a')

      await spoil(path)
      const before = await contentOf(path)
      const [refused, served] = await Promise.all([definitionOf(node), entryOf(other)])
      expect(refused.status).toBe(400)
      expect(refused.headers.get('content-type')).toContain('text/html')
      await server.logs(new RegExp(`${node}: .*${reason.source}`))
      expect(served).toMatch(/^leaf\d{3}$/)
      expect(await contentOf(path)).toEqual(before)

      await chmod(dirname(path), 0o755)
      await write(pool, HEALTHY.replace('HOLDER', holder))
      expect([await entryOf(node), await entryOf(holder)]).toEqual(['b', 'a'])
    },
  )

  /** @returns undefined for what cannot be read, or is huge */
  async function contentOf(path: string): Promise<string | undefined> {
    const found = await stat(path).catch(() => undefined)
    return found?.isFile() && found.size < 1e6 ? readFile(path, 'latin1') : undefined
  }

  it('is read-only still answers who holds an entry of it', async () => {
    const path = await write('kept', 'a: KEEPER\n')
    await addNode('KEEPER', 'kept')
    await chmod(path, 0o444)
    expect(await entryOf('KEEPER')).toBe('a')
  })

  it('a person edits at this very moment gives every entry once', async () => {
    const path = await write('edited', '10.0.0.1-10.0.0.80/24: null\n# end\n')
    const nodes = await Promise.all(
      Array.from({ length: 60 }, (_, at) => addNode(`EDIT${at}`, 'edited')),
    )
    let done = false
    async function edit(mark: string): Promise<void> {
      // As an editor that has the file open for a moment.
      const text = await readFile(path, 'utf8')
      await sleep(3)
      await writeFile(`${path}.new`, text.replace('# end\n', `${mark}\n# end\n`))
      await rename(`${path}.new`, path)
    }
    async function editOften(): Promise<void> {
      for (let edits = 1; !done; edits += 1) {
        await edit(`# edit ${edits}`)
        await sleep(100)
      }
    }
    const editing = editOften()
    const entries: string[] = []
    try {
      for (let at = 0; at < nodes.length; at += 6) {
        entries.push(...(await Promise.all(nodes.slice(at, at + 6).map(entryOf))))
      }
    } finally {
      done = true
      await editing
    }
    expect(new Set(entries).size).toBe(60)
    // The edits before may have been old copies: one who asks makes the server look.
    await edit('# last edit')
    const late = await addNode('LATE', 'edited')
    expect(entries).not.toContain(await entryOf(late))
    expect(await Promise.all(nodes.map(entryOf))).toEqual(entries)
    const onDisk = await readPool(data.path, 'edited')
    expect(entries.map((entry) => onDisk.get(entry))).toEqual(nodes)
    expect(await readFile(path, 'utf8')).toContain('# last edit\n')
  })
})
