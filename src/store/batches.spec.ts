import { describe, expect, it } from 'vitest'
import { type BatchLimits, createBatches } from './batches.ts'
import { gate } from './testing/gate.ts'

describe('createBatches', () => {
  it('sends what arrives meanwhile as one batch, and no more than allowed', async () => {
    const sent: (readonly number[])[] = []
    const held = gate()
    const batches = createBatches<number, number>(
      async (requests) => {
        sent.push(requests)
        if (sent.length === 1) await held.passed
        return requests.map((each) => each * 10)
      },
      { most: 3 },
    )
    const first = batches.submit(1)
    await new Promise((resolve) => setImmediate(resolve))
    const rest = [2, 3, 4, 5].map((each) => batches.submit(each))
    held.open()
    expect(await Promise.all([first, ...rest])).toEqual([10, 20, 30, 40, 50])
    expect(sent).toEqual([[1], [2, 3, 4], [5]])
  })

  it('fails the batch that fails, whole, and goes on', async () => {
    const batches = createBatches<string, string>(async (requests) => {
      if (requests.includes('bad')) throw new Error('no')
      return requests.includes('short') ? [] : requests
    })
    const bad = [batches.submit('bad'), batches.submit('with bad')]
    expect(await Promise.allSettled(bad)).toMatchObject([
      { reason: { message: 'no' } },
      { reason: { message: 'no' } },
    ])
    await expect(batches.submit('short')).rejects.toThrow('in part')
    expect(await batches.submit('good')).toBe('good')
    await batches.idle()
  })

  /** Answers each batch when the test says so. */
  function heldBatches(limits: BatchLimits = {}) {
    const sent: (readonly string[])[] = []
    const gates: ReturnType<typeof gate>[] = []
    const batches = createBatches<string, string>(async (requests) => {
      const held = gate()
      sent.push(requests)
      gates.push(held)
      await held.passed
      return requests
    }, limits)
    return { batches, sent, finish: (at: number) => gates[at]?.open() }
  }

  const soon = { timeout: 10_000, interval: 1 }

  it('has the next batch on its way before anybody works on an outcome', async () => {
    const { batches, sent, finish } = heldBatches()
    const seen = batches.submit('a').then(() => sent.length)
    await expect.poll(() => sent.length, soon).toBe(1)
    const second = batches.submit('b')
    finish(0)
    expect(await seen).toBe(2)
    finish(1)
    expect(await second).toBe('b')
  })

  it('does not let a batch without an answer hold up the next for ever', async () => {
    const { batches, sent, finish } = heldBatches({ most: 1, patienceMs: () => 5 })
    const [slow, quick] = [batches.submit('slow'), batches.submit('quick')]
    await expect.poll(() => sent, soon).toEqual([['slow'], ['quick']])
    finish(1)
    expect(await quick).toBe('quick')
    finish(0)
    expect(await slow).toBe('slow')
  })

  it('is idle when all is answered, what waits included', async () => {
    const { batches, sent, finish } = heldBatches({ most: 1 })
    const answers = [batches.submit('a'), batches.submit('b')]
    let isIdle = false
    const settled = batches.idle().then(() => {
      isIdle = true
    })
    for (const at of [0, 1]) {
      await expect.poll(() => sent.length, soon).toBe(at + 1)
      expect(isIdle).toBe(false)
      finish(at)
    }
    await settled
    expect(await Promise.all(answers)).toEqual(['a', 'b'])
  })
})
