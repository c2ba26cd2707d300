import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { nodeId } from '../../resource/testing/requests.ts'
import { poolBench } from './testing/pools.ts'

const bench = poolBench()
const [n1, n2, n3] = [nodeId('N1'), nodeId('N2'), nodeId('N3')]
const FREE = 'a: null\nb: null\nc: null\n'

/** Writes a pool in place as a program does over a slow line: emptied, then piece by piece. */
async function writeSlowly(pieces: readonly string[], pauseMs: number): Promise<void> {
  const file = openSync(`${bench.root()}/resources/p`, 'r+')
  ftruncateSync(file)
  for (const piece of pieces) {
    await sleep(pauseMs)
    writeSync(file, piece)
  }
  closeSync(file)
}

describe('a pool that is written in place, slowly', () => {
  it('is not taken for empty while it is', async () => {
    bench.write('p', FREE)
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    const writing = writeSlowly([FREE], 300)
    expect(await server.allocate('p', { nodeId: n2 })).toMatchObject({ value: 'b', fresh: true })
    await writing
    expect(bench.read('p')).toBe('a: N1\nb: N2\nc: null\n')
  })

  it('loses nothing that was given out, although a server saw half of it', async () => {
    bench.write('p', FREE)
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    await server.allocate('p', { nodeId: n2 })
    const writing = writeSlowly(['c: N9\n', 'b: null\na: null\n'], 1_500)
    await sleep(1_600)
    // Nothing is free in the half, so nothing is written into it.
    await expect(server.allocate('p', { nodeId: n3 })).rejects.toMatchObject({
      code: 'ZTP_POOL_EXHAUSTED',
    })
    await writing
    await expect(bench.open().allocate('p', { nodeId: n3 })).rejects.toMatchObject({
      code: 'ZTP_POOL_EXHAUSTED',
    })
    expect(bench.read('p')).toBe('c: N9\nb: N2\na: N1\n')
  })

  it('is refused while it grows on and on', async () => {
    bench.write('p', FREE)
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    const lines = Array.from({ length: 100 }, (_, at) => `x${at}: null\n`)
    const writing = writeSlowly(lines, 20)
    await expect(server.allocate('p', { nodeId: n2 })).rejects.toMatchObject({
      code: 'ZTP_STORE_FAILED',
      message: `${bench.root()}/resources/p is being written by another program`,
    })
    await writing
    expect(await server.allocate('p', { nodeId: n2 })).toMatchObject({ value: 'x0' })
    expect(bench.read('p')).toBe(lines.join('').replace('null', 'N2'))
  })
})

describe('a line that is gone and comes back', () => {
  const back = async (gone: string, whole: string, minutes = 0) => {
    bench.write('p', FREE)
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    bench.write('p', gone)
    const asked = await server.allocate('p', { nodeId: n2 })
    bench.now += minutes * 60_000
    bench.write('p', whole)
    return [asked.value, (await bench.open().allocate('p', { nodeId: n3 })).value, bench.read('p')]
  }

  it('is its holder’s still, if it comes back free', async () => {
    expect(await back('b: null\nc: null\n', 'a: null\nb: N2\nc: null\n', 600)).toEqual([
      'b',
      'c',
      'a: N1\nb: N2\nc: N3\n',
    ])
  })

  it('is whose the file says', async () => {
    expect(await back('b: null\nc: null\n', 'a: N7\nb: N2\nc: null\n')).toEqual([
      'b',
      'c',
      'a: N7\nb: N2\nc: N3\n',
    ])
  })

  it('is free once its holder has another', async () => {
    bench.write('p', FREE)
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    bench.write('p', 'b: null\n')
    expect(await server.allocate('p', { nodeId: n1 })).toMatchObject({ value: 'b', fresh: true })
    bench.write('p', 'a: null\nb: N1\n')
    expect(await bench.open().allocate('p', { nodeId: n2 })).toMatchObject({ value: 'a' })
  })

  it('is free once somebody freed it', async () => {
    bench.write('p', FREE)
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    bench.write('p', 'b: null\n')
    await server.free('p', { nodeId: n1 }, 'a')
    bench.write('p', 'a: null\nb: null\n')
    expect(await bench.open().allocate('p', { nodeId: n2 })).toMatchObject({ value: 'a' })
  })
})
