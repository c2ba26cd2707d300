import { renameSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { nodeId } from '../../resource/testing/requests.ts'
import { poolBench } from './testing/pools.ts'

const bench = poolBench()
const [n1, n2] = [nodeId('N1'), nodeId('N2')]
const MINUTE = 60_000
const FREE = 'a: null\nb: null\n'

/** As most editors save: a new file in the old one's place. */
function save(pool: string, text: string): void {
  const path = bench.write(`.edited-${pool}`, text)
  renameSync(path, path.replace('.edited-', ''))
}

/** N1 has `a`; this much later an editor saves `edit`; then N2 asks, perhaps another server. */
async function afterEdit(
  edit: string,
  {
    later = 0,
    confirmed = false,
    repeatAfter = 0,
  }: { readonly later?: number; readonly confirmed?: boolean; readonly repeatAfter?: number } = {},
) {
  bench.write('p', FREE)
  const server = bench.open()
  await server.allocate('p', { nodeId: n1 })
  if (confirmed) await server.confirm(n1)
  if (repeatAfter > 0) {
    bench.now += repeatAfter
    await server.allocate('p', { nodeId: n1 })
  }
  bench.now += later
  save('p', edit)
  const { value } = await bench.open().allocate('p', { nodeId: n2 })
  return { value, text: bench.read('p'), warnings: bench.warnings }
}

describe('an edit that saves an old copy', () => {
  it('does not free what is reserved, however long ago', async () => {
    const { value, text, warnings } = await afterEdit(FREE, { later: 600 * MINUTE })
    expect([value, text]).toEqual(['b', 'a: N1\nb: N2\n'])
    expect(warnings).toEqual([
      expect.stringMatching(/a was set free by an edit .* N1 .* written back/),
    ])
  })

  it('does not free what is in use but was answered within the hour', async () => {
    const { value } = await afterEdit(FREE, { later: 59 * MINUTE, confirmed: true })
    expect(value).toBe('b')
  })

  it('counts the hour from the last answer', async () => {
    const times = { confirmed: true, repeatAfter: 600 * MINUTE, later: 59 * MINUTE }
    expect((await afterEdit(FREE, times)).value).toBe('b')
  })

  it('keeps the other changes of the edit', async () => {
    const { text } = await afterEdit('# new\nb: null\na:\nc: N7\n')
    expect(text).toBe('# new\nb: N2\na: N1\nc: N7\n')
  })

  it('is noticed when it saves in place, too', async () => {
    const path = bench.write('p', FREE)
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    writeFileSync(path, FREE)
    expect((await server.allocate('p', { nodeId: n2 })).value).toBe('b')
  })
})

describe("an operator's will", () => {
  const cases: readonly (readonly [string, string, object, string, string])[] = [
    [
      'null frees what is long in use',
      FREE,
      { later: 90 * MINUTE, confirmed: true },
      'a',
      'a: N2\nb: null\n',
    ],
    ['another holder keeps it', 'a: N7\nb: null\n', {}, 'b', 'a: N7\nb: N2\n'],
    ['the asker may be that holder', 'a: N2\nb: null\n', {}, 'a', 'a: N2\nb: null\n'],
    ['a removed line is gone', 'b: null\n', {}, 'b', 'b: N2\n'],
    ['a new line is there', 'z: null\na: N1\nb: null\n', {}, 'z', 'z: N2\na: N1\nb: null\n'],
  ]
  it.each(cases)('%s', async (_name, edit, times, value, text) => {
    expect(await afterEdit(edit, times)).toEqual({ value, text, warnings: [] })
  })

  it('beats the ledger for good once it was seen', async () => {
    await afterEdit('a: N7\nb: null\n')
    save('p', FREE)
    expect((await bench.open().allocate('p', { nodeId: nodeId('N3') })).value).toBe('a')
  })

  it('to free an entry through us is not undone', async () => {
    bench.write('p', FREE)
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    await server.free('p', { nodeId: n1 }, 'a')
    save('p', `# touched\n${FREE}`)
    expect((await bench.open().allocate('p', { nodeId: n2 })).value).toBe('a')
  })
})

describe('a node that asks again and again', () => {
  it('costs no write of the pool, and one note of the ledger in ten minutes', async () => {
    bench.write('p', FREE)
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    save('p', bench.read('p'))
    await server.allocate('p', { nodeId: n1 })
    for (let minute = 0; minute < 120; minute += 1) {
      bench.now += MINUTE
      expect(await server.allocate('p', { nodeId: n1 })).toEqual({
        key: 'a',
        value: 'a',
        fresh: false,
      })
    }
    await server.confirm(n1)
    bench.now += 59 * MINUTE
    save('p', FREE)
    expect((await server.allocate('p', { nodeId: n2 })).value).toBe('b')
  })
})

describe('an old copy in which a range is not expanded yet', () => {
  const RANGE = '# leaves\nleaf[01-20]: null\nspine1: null\n'

  it('does not free what was given out of the range', async () => {
    bench.write('p', RANGE)
    const server = bench.open()
    const nodes = ['A', 'B', 'C', 'D', 'E'].map(nodeId)
    for (const id of nodes) await server.allocate('p', { nodeId: id })
    await server.free('p', { nodeId: nodeId('B') }, 'leaf02')
    await server.free('p', { nodeId: nodeId('D') }, 'leaf04')
    save('p', RANGE)
    const other = bench.open()
    expect(await other.allocate('p', { nodeId: n1 })).toMatchObject({ value: 'leaf02' })
    expect(bench.read('p')).toBe(
      '# leaves\nleaf01: A\nleaf02: N1\nleaf03: C\nleaf04: null\nleaf05: E\n' +
        'leaf[06-20]: null\nspine1: null\n',
    )
    expect(bench.warnings).toHaveLength(3)
    for (const id of ['A', 'C', 'E']) {
      expect(await other.allocate('p', { nodeId: nodeId(id) })).toMatchObject({ fresh: false })
    }
    expect(await other.allocate('p', { nodeId: n2 })).toMatchObject({ value: 'leaf04' })
    expect(await other.allocate('p', { nodeId: nodeId('N3') })).toMatchObject({ value: 'leaf06' })
  })

  it('does not in a flow map either', async () => {
    bench.write('p', '{10.0.0.1-10.0.0.3: null}\n')
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    await server.allocate('p', { nodeId: n2 })
    await server.free('p', { nodeId: n1 }, '10.0.0.1')
    save('p', '{10.0.0.1-10.0.0.3: null}\n')
    expect(await server.allocate('p', { nodeId: nodeId('N3') })).toMatchObject({
      value: '10.0.0.1',
    })
    expect(bench.read('p')).toBe('{10.0.0.1: N3, 10.0.0.2: N2, 10.0.0.3: null}\n')
  })

  it('is the operator’s will in a range that somebody holds', async () => {
    bench.write('p', RANGE)
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    save('p', RANGE.replace('null', 'reserve'))
    expect(await server.allocate('p', { nodeId: n1 })).toMatchObject({ value: 'spine1' })
  })
})
