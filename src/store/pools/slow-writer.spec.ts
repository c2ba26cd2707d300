import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nodeId } from '../../resource/testing/requests.ts'
import { createEngine } from './engine.ts'
import type { PoolOutcome } from './messages.ts'
import { poolBench } from './testing/pools.ts'

const bench = poolBench()
const [n1, n2, n3] = [nodeId('N1'), nodeId('N2'), nodeId('N3')]
const FREE = 'a: null\nb: null\nc: null\n'

/** Empties a pool, as a program does that writes it in place. @returns how it goes on, and ends */
function beginWriting() {
  const file = openSync(`${bench.root()}/resources/p`, 'r+')
  ftruncateSync(file)
  return { add: (piece: string) => void writeSync(file, piece), end: () => closeSync(file) }
}

/** The time as a server sees it. */
type Time = {
  /** Milliseconds that it has waited. */
  waited: number
  /** Whether the files are long as they are. */
  isLater: boolean
}

/**
 * Asks a server in this thread: what a writer does is between two of its looks, however slow the
 * machine is.
 *
 * @param meanwhile happens each time it looks how long it has waited
 */
function ask(holder: string, meanwhile: (time: Time) => void): PoolOutcome | undefined {
  const engine = createEngine({
    resources: `${bench.root()}/resources`,
    state: `${bench.root()}/.ztps`,
  })
  const [time, now]: [Time, number] = [{ waited: 0, isLater: false }, Date.now()]
  vi.spyOn(Date, 'now').mockImplementation(() => now + (time.isLater ? 50_000 : 0))
  vi.spyOn(performance, 'now').mockImplementation(() => {
    meanwhile(time)
    return time.waited
  })
  const requests = [{ kind: 'allocate', pool: 'p', holder }] as const
  const [outcome] = engine.run({ now: bench.now, requests }).outcomes
  vi.restoreAllMocks()
  engine.close()
  return outcome
}

describe('a pool that is written in place, slowly', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('is not taken for empty while it is', async () => {
    bench.write('p', FREE)
    await bench.open().allocate('p', { nodeId: n1 })
    const writer = beginWriting()
    let looks = 0
    const outcome = ask('N2', (time) => {
      looks += 1
      time.waited += 100
      time.isLater = true
      if (looks === 6) writer.add(FREE)
    })
    writer.end()
    expect(outcome).toMatchObject({ value: 'b', fresh: true })
    expect(looks).toBe(6)
    expect(bench.read('p')).toBe('a: N1\nb: N2\nc: null\n')
  })

  it('is not judged by a server that was held up and has seen little of it', async () => {
    bench.write('p', FREE)
    await bench.open().allocate('p', { nodeId: n1 })
    const writer = beginWriting()
    let looks = 0
    const outcome = ask('N2', (time) => {
      looks += 1
      if (looks === 4) time.waited = 60_000
      if (looks === 6) {
        writer.add(FREE)
        time.isLater = true
      }
    })
    writer.end()
    expect(outcome).toMatchObject({ value: 'b', fresh: true })
  })

  it('loses nothing that was given out, although a server saw half of it', async () => {
    bench.write('p', FREE)
    const server = bench.open()
    await server.allocate('p', { nodeId: n1 })
    await server.allocate('p', { nodeId: n2 })
    const writer = beginWriting()
    writer.add('c: N9\n')
    // Nothing is free in the half, so nothing is written into it.
    const outcome = ask('N3', (time) => {
      time.isLater = true
    })
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'ZTP_POOL_EXHAUSTED' } })
    writer.add('b: null\na: null\n')
    writer.end()
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
    const rest = [...lines]
    const writer = beginWriting()
    const outcome = ask('N2', (time) => {
      writer.add(rest.shift() ?? '')
      time.waited += 20
    })
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: {
        code: 'ZTP_STORE_FAILED',
        message: `${bench.root()}/resources/p is being written by another program`,
      },
    })
    expect(rest).not.toEqual([])
    for (const line of rest) writer.add(line)
    writer.end()
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
