import { describe, expect, it } from 'vitest'
import { createBatches } from './batches.ts'
import { gate } from './testing/gate.ts'

describe('createBatches', () => {
  it('sends what arrives meanwhile as one batch, and no more than allowed', async () => {
    const sent: (readonly number[])[] = []
    const held = gate()
    const batches = createBatches<number, number>(async (requests) => {
      sent.push(requests)
      if (sent.length === 1) await held.passed
      return requests.map((each) => each * 10)
    }, 3)
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
})
