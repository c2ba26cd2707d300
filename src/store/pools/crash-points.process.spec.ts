import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createEngine } from './engine.ts'
import type { PoolBatch, PoolOutcome, PoolRequest } from './messages.ts'

const SCRIPT = fileURLToPath(new URL('./testing/crashing-engine.mjs', import.meta.url))
const NOW = 1_000_000

type Texts = Readonly<Record<string, string>>
const POOLS: Texts = {
  p: '# one\na: null\nb:  # spare\nc: null\n',
  q: '{x: null, y: ~, z: null}\n',
}

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ztps-crash-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const paths = () => ({ resources: join(root, 'resources'), state: join(root, 'state') })

/** Runs a batch in a process that dies right before its nth step. @returns whether it died */
async function crash(requests: readonly PoolRequest[], crashAt: number): Promise<boolean> {
  const child = spawn(process.execPath, [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify({ paths: paths(), now: NOW, requests, crashAt }))
  const [printed, [status, signal]] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect([status, signal, printed]).toEqual(
    signal === null ? [0, null, 'done\n'] : [null, 'SIGKILL', ''],
  )
  return signal !== null
}

function serve(...requests: readonly PoolRequest[]): readonly PoolOutcome[] {
  const engine = createEngine(paths())
  try {
    return engine.run({ now: NOW, requests } satisfies PoolBatch).outcomes
  } finally {
    engine.close()
  }
}

function write(texts: Texts): void {
  for (const [name, content] of Object.entries(texts)) {
    writeFileSync(join(paths().resources, name), content)
  }
}

function files(): Texts {
  const { resources } = paths()
  const names = readdirSync(resources).toSorted()
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(resources, name), 'utf8')]),
  )
}

const allocate = (pool: string, holder: string): PoolRequest => ({ kind: 'allocate', pool, holder })
const dryRun = false

type Case = {
  /** Happened before, and was answered. */
  readonly before: readonly PoolRequest[]
  /** Then a person saved this. */
  readonly edit?: Texts
  /** Then this was asked, and the process died. */
  readonly batch: readonly PoolRequest[]
  /** When it is asked again, all is done. */
  readonly after: Texts
}

const CASES: Readonly<Record<string, Case>> = {
  'two nodes ask at once, a third is known': {
    before: [allocate('p', 'N1')],
    batch: [allocate('p', 'N2'), allocate('p', 'N1'), allocate('p', 'N3')],
    after: { p: '# one\na: N1\nb: N2  # spare\nc: N3\n' },
  },
  'a node asks for two pools and reports success': {
    before: [allocate('p', 'N1'), allocate('q', 'N1')],
    batch: [allocate('p', 'N2'), allocate('q', 'N2'), { kind: 'confirm', node: 'N1' }],
    after: { p: '# one\na: N1\nb: N2  # spare\nc: null\n', q: '{x: N1, y: N2, z: null}\n' },
  },
  'an editor saved an old copy, and a node asks': {
    before: [allocate('p', 'N1'), allocate('p', 'N2')],
    edit: { p: `${POOLS.p}d: null\n` },
    batch: [allocate('p', 'N3')],
    after: { p: '# one\na: N1\nb: N2  # spare\nc: N3\nd: null\n' },
  },
  'an entry is freed, and a node asks': {
    before: [allocate('p', 'N1'), allocate('p', 'N2'), allocate('p', 'N3')],
    batch: [{ kind: 'free', pool: 'p', holder: 'N2', value: 'b' }],
    after: { p: '# one\na: N1\nb: null  # spare\nc: N3\n' },
  },
  'all of a node is freed': {
    before: [allocate('p', 'N1'), allocate('p', 'N1/lo'), allocate('q', 'N2'), allocate('q', 'N1')],
    batch: [{ kind: 'free-node', node: 'N1', dryRun }],
    after: { p: '# one\na: null\nb: null  # spare\nc: null\n', q: '{x: N2, y: null, z: null}\n' },
  },
  'a node takes the place of another': {
    before: [allocate('p', 'N1'), allocate('p', 'N1/lo'), allocate('q', 'N2'), allocate('q', 'N1')],
    batch: [{ kind: 'reassign', from: 'N1', to: 'N9', dryRun }],
    after: { p: '# one\na: N9\nb: N9/lo  # spare\nc: null\n', q: '{x: N2, y: N9, z: null}\n' },
  },
  'entries are added, to a new pool too': {
    before: [allocate('p', 'N1')],
    batch: [
      { kind: 'add', pool: 'p', entries: [{ key: 'd', holder: 'N4' }], dryRun },
      { kind: 'add', pool: 'new', entries: [{ key: 'e', holder: null }], dryRun },
    ],
    after: { p: '# one\na: N1\nb:  # spare\nc: null\nd: N4\n', new: 'e: null\n' },
  },
  'everything is cleared': {
    before: [allocate('p', 'N1'), allocate('q', 'N1')],
    batch: [{ kind: 'clear' }],
    after: { p: '# one\na: null\nb:  # spare\nc: null\n', q: '{x: null, y: ~, z: null}\n' },
  },
}

/** Only a hang lasts so long; a busy machine needs a minute for the processes. */
const LIMIT = { timeout: 300_000 }

it.each(Object.entries(CASES))('killed at any step: %s', LIMIT, async (_name, each) => {
  const { resources, state } = paths()
  mkdirSync(resources)
  mkdirSync(state)
  write(POOLS)
  serve(...each.before)
  write(each.edit ?? {})
  const start = files()
  const saved = `${root}-saved`
  cpSync(root, saved, { recursive: true })
  const after = { ...start, ...each.after }
  try {
    let steps = 1
    while (await crash(each.batch, steps)) {
      // Each pool is as it was, or as it is to be; who was told something has it.
      for (const [name, content] of Object.entries(files())) {
        if (!name.startsWith('.')) expect([start[name], after[name]]).toContain(content)
      }
      const again = serve(...each.batch)
      expect([steps, again.filter(({ kind }) => kind === 'failed')]).toEqual([steps, []])
      // A look at each pool clears away what the dead left.
      for (const name of Object.keys(after)) serve({ kind: 'contents', pool: name })
      expect([steps, files()]).toEqual([steps, after])
      rmSync(root, { recursive: true })
      cpSync(saved, root, { recursive: true })
      steps += 1
    }
    expect(steps).toBeGreaterThan(6)
    expect(files()).toEqual(after)
  } finally {
    rmSync(saved, { recursive: true, force: true })
  }
})
