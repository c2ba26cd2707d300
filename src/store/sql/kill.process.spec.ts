import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { nodeId } from '../../resource/testing/requests.ts'
import { allotments, type HungryServer, killWhen, startHungry } from '../testing/hungry-servers.ts'
import { type SqlBench, sqlBench } from './testing/sql-bench.ts'

const SERVER = fileURLToPath(new URL('./testing/hungry-server.mjs', import.meta.url))

function start(bench: SqlBench, prefix: string, count: number): HungryServer {
  return startHungry(SERVER, JSON.stringify(bench.target()), prefix, String(count))
}

function write(bench: SqlBench, size: number): void {
  const entries = Array.from({ length: size }, (_, at) => [`10.0.${at >> 8}.${at & 255}/16`, null])
  bench.write('p', Object.fromEntries(entries))
}

function expectInTable(bench: SqlBench, told: ReadonlyMap<string, string>): void {
  const table = bench.read('p')
  for (const [node, entry] of told) expect([entry, table[entry]]).toEqual([entry, node])
}

/** Only a hang lasts so long; a busy machine needs a minute for the processes. */
const LIMIT = { timeout: 300_000 }

describe.each(['sqlite', 'postgres', 'mysql'] as const)('%s', LIMIT, (kind) => {
  const bench = sqlBench(kind)

  it('four processes on one database give no entry twice', async () => {
    write(bench, 400)
    const servers = ['A', 'B', 'C', 'D'].map((prefix) => start(bench, prefix, 100))
    for (const server of servers) {
      const [status] = await server.ended
      expect([status, server.complaints()]).toEqual([0, ''])
    }
    const told = allotments(servers.flatMap((server) => server.lines()))
    expect(told.size).toBe(400)
    expectInTable(bench, told)
  })

  it('processes killed at any moment take back nothing they told', async () => {
    write(bench, 1_000)
    const lines: string[] = []
    for (let round = 0; round < 8; round += 1) {
      const doomed = start(bench, `K${round}n`, 60)
      const other = start(bench, `S${round}n`, 16)
      await killWhen(doomed, () => doomed.lines().length > round * 6)
      await Promise.all([doomed.ended, other.ended])
      expect(other.complaints()).toBe('')
      lines.push(...doomed.lines(), ...other.lines())
    }
    const told = allotments(lines)
    expectInTable(bench, told)
    // Those who ask again get what they had.
    const server = bench.open()
    for (const [node, entry] of [...told].slice(0, 50)) {
      expect(await server.allocate('p', { nodeId: nodeId(node) })).toMatchObject({ key: entry })
    }
  })
})
