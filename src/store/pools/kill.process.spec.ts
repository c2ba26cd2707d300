import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { nodeId } from '../../resource/testing/requests.ts'
import { poolBench } from './testing/pools.ts'

const bench = poolBench()
const SERVER = fileURLToPath(new URL('./testing/hungry-server.mjs', import.meta.url))

/** A server process, and the lines `NODE ENTRY` of what it told its nodes. */
function start(prefix: string, count: number) {
  const folders = [join(bench.root(), 'resources'), join(bench.root(), '.ztps')]
  const child = spawn(process.execPath, [SERVER, ...folders, prefix, String(count)])
  let told = ''
  let complaints = ''
  child.stdout.on('data', (chunk) => {
    told += chunk
  })
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const lines = () => told.split('\n').slice(0, -1)
  const ended = once(child, 'close')
  return { child, lines, ended, complaints: () => complaints }
}

function pool(size: number): string {
  return Array.from({ length: size }, (_, at) => `10.0.${at >> 8}.${at & 255}/16:\n`).join('')
}

/** What each node was told; fails if an entry was told to two, or a node told two entries. */
function allotments(lines: readonly string[]): ReadonlyMap<string, string> {
  const entryOf = new Map<string, string>()
  const nodeOf = new Map<string, string>()
  for (const line of lines) {
    const [node = '', entry = ''] = line.split(' ')
    expect([entry, nodeOf.get(entry) ?? node]).toEqual([entry, node])
    expect([node, entryOf.get(node) ?? entry]).toEqual([node, entry])
    nodeOf.set(entry, node)
    entryOf.set(node, entry)
  }
  return entryOf
}

function expectOnDisk(told: ReadonlyMap<string, string>): void {
  const text = bench.read('p')
  for (const [node, entry] of told) expect(text).toContain(`${entry}: ${node}\n`)
}

it('four processes on one directory give no entry twice', { timeout: 120_000 }, async () => {
  bench.write('p', pool(400))
  const servers = ['A', 'B', 'C', 'D'].map((prefix) => start(prefix, 100))
  for (const server of servers) {
    const [status] = await server.ended
    expect([status, server.complaints()]).toEqual([0, ''])
  }
  const told = allotments(servers.flatMap((server) => server.lines()))
  expect(told.size).toBe(400)
  expectOnDisk(told)
})

async function killWhen(
  { child, ended }: ReturnType<typeof start>,
  isDue: () => boolean,
): Promise<void> {
  while (!isDue() && child.exitCode === null) {
    await Promise.race([once(child.stdout, 'data'), ended])
  }
  child.kill('SIGKILL')
}

it('processes killed at any moment take back nothing they told', { timeout: 120_000 }, async () => {
  bench.write('p', pool(1_000))
  const lines: string[] = []
  for (let round = 0; round < 12; round += 1) {
    const doomed = start(`K${round}n`, 60)
    const other = start(`S${round}n`, 16)
    await killWhen(doomed, () => doomed.lines().length > round * 4)
    await Promise.all([doomed.ended, other.ended])
    expect(other.complaints()).toBe('')
    lines.push(...doomed.lines(), ...other.lines())
  }
  const told = allotments(lines)
  expectOnDisk(told)
  // Those who ask again get what they had.
  const server = bench.open()
  for (const [node, entry] of [...told].slice(0, 50)) {
    expect((await server.allocate('p', { nodeId: nodeId(node) })).value).toBe(entry)
  }
  expect(readdirSync(join(bench.root(), 'resources'))).toEqual(['p'])
})
