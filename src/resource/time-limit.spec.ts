import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { handTimer } from '../kernel/testing/hand-timer.ts'
import type { Allocation, Plugin } from './plugin.ts'
import { request } from './testing/requests.ts'
import { limitTimes } from './time-limit.ts'

/** A plugin that answers when the test says so, and what was given back. */
function slowPlugin() {
  const givenBack: string[] = []
  let answer = (_value: string) => {}
  let fail = (_reason: Error) => {}
  const plugin: Plugin = {
    allocate: () =>
      new Promise<Allocation>((resolve, reject) => {
        fail = reject
        answer = (value) =>
          resolve({
            value,
            async giveBack() {
              return givenBack.push(value) > 0
            },
          })
      }),
  }
  const timer = handTimer()
  const limited = limitTimes(new Map([['slow', plugin]]), 10_000, timer).get('slow')
  if (limited === undefined) throw new Error('it was limited')
  return {
    limited,
    timer,
    givenBack,
    answer: (value: string) => answer(value),
    fail: (reason: string) => fail(new Error(reason)),
  }
}

describe('limitTimes', () => {
  it('lets through what comes in time, and waits no longer', async () => {
    const { limited, timer, answer, givenBack } = slowPlugin()
    const asked = limited.allocate(request('SN1', 'p'))
    timer.pass(9_999)
    answer('value')
    expect((await asked).value).toBe('value')
    expect(timer.waiting()).toBe(0)
    timer.pass(1)
    expect(givenBack).toEqual([])
  })

  it('fails when the time is over, and gives back what comes then', async () => {
    const { limited, timer, answer, givenBack } = slowPlugin()
    const asked = limited.allocate(request('SN1', 'p'))
    timer.pass(10_000)
    await expect(asked).rejects.toMatchObject({
      code: 'ZTP_PLUGIN_FAILED',
      message: "the plugin took longer than 10 s for 'p'",
    })
    answer('late')
    await nextTurn()
    expect(givenBack).toEqual(['late'])
  })

  it('gives back what comes between the end of the time and its being noticed', async () => {
    const { limited, timer, answer, givenBack } = slowPlugin()
    const asked = limited.allocate(request('SN1', 'p'))
    timer.pass(10_000)
    answer('late')
    await expect(asked).rejects.toThrow('took longer')
    expect(givenBack).toEqual(['late'])
  })

  it('passes on a failure, and waits no longer', async () => {
    const { limited, timer, fail } = slowPlugin()
    const asked = limited.allocate(request('SN1', 'p'))
    fail('broken')
    await expect(asked).rejects.toThrow('broken')
    expect(timer.waiting()).toBe(0)
  })

  it('has no use for a failure that comes late', async () => {
    const { limited, timer, fail } = slowPlugin()
    const asked = limited.allocate(request('SN1', 'p'))
    timer.pass(10_000)
    await expect(asked).rejects.toThrow('took longer')
    fail('late')
    await nextTurn()
  })
})
