import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { nodeId } from '../../resource/testing/requests.ts'
import { allotments, type HungryServer, killWhen, startHungry } from '../testing/hungry-servers.ts'
import { poolBench } from './testing/pools.ts'

const bench = poolBench()
const SERVER = fileURLToPath(new URL('./testing/hungry-server.mjs', import.meta.url))

function start(prefix: string, count: number): HungryServer {
  const folders = [join(bench.root(), 'resources'), join(bench.root(), '.ztps')]
  return startHungry(SERVER, ...folders, prefix, String(count))
}

function pool(size: number): string {
  return Array.from({ length: size }, (_, at) => `10.0.${at >> 8}.${at & 255}/16:\n`).join('')
}

function expectOnDisk(told: ReadonlyMap<string, string>): void {
  const text = bench.read('p')
  for (const [node, entry] of told) expect(text).toContain(`${entry}: ${node}\n`)
}

it.each([
  ['lines', pool(400)],
  ['a range', '# all\n10.0.0.0-10.0.1.143/16: null\n'],
])(
  'four processes on one directory give no entry of %s twice',
  { timeout: 300_000 },
  async (_kind, text) => {
    bench.write('p', text)
    const servers = ['A', 'B', 'C', 'D'].map((prefix) => start(prefix, 100))
    for (const server of servers) {
      const [status] = await server.ended
      expect([status, server.complaints()]).toEqual([0, ''])
    }
    const told = allotments(servers.flatMap((server) => server.lines()))
    expect(told.size).toBe(400)
    expectOnDisk(told)
  },
)

it('processes killed at any moment take back nothing they told', { timeout: 300_000 }, async () => {
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
