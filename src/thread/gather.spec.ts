import { describe, expect, it } from 'vitest'
import { gather } from './gather.ts'

/** Answers each batch when the test says so, with the questions in capitals. */
function heldUp(options: Parameters<typeof gather>[1] = {}) {
  const batches: (readonly string[])[] = []
  const finish: (() => void)[] = []
  const gathered = gather<string, string>(async (questions) => {
    batches.push(questions)
    await new Promise<void>((resolve) => finish.push(resolve))
    return questions.map((each) => each.toUpperCase())
  }, options)
  return { gathered, batches, finish }
}

const started = { timeout: 10_000, interval: 1 }

describe('gather', () => {
  it('asks together what one turn of the event loop asks', async () => {
    const { gathered, batches, finish } = heldUp()
    const answers = ['a', 'b', 'c'].map((each) => gathered.ask(each))
    await expect.poll(() => batches, started).toEqual([['a', 'b', 'c']])
    finish[0]?.()
    expect(await Promise.all(answers)).toEqual(['A', 'B', 'C'])
  })

  it('lets what comes meanwhile wait, and asks it together', async () => {
    const { gathered, batches, finish } = heldUp()
    const first = gathered.ask('a')
    await expect.poll(() => batches, started).toEqual([['a']])
    const others = ['b', 'c'].map((each) => gathered.ask(each))
    finish[0]?.()
    expect(await first).toBe('A')
    await expect.poll(() => batches, started).toEqual([['a'], ['b', 'c']])
    finish[1]?.()
    expect(await Promise.all(others)).toEqual(['B', 'C'])
  })

  it('sends the next batch before anybody works on an answer', async () => {
    const { gathered, batches, finish } = heldUp()
    const seen = gathered.ask('a').then(() => batches.length)
    await expect.poll(() => batches.length, started).toBe(1)
    const second = gathered.ask('b')
    finish[0]?.()
    expect(await seen).toBe(2)
    finish[1]?.()
    await second
  })

  it('cuts what waits into batches of the size allowed', async () => {
    const { gathered, batches, finish } = heldUp({ most: 2 })
    const answers = ['a', 'b', 'c'].map((each) => gathered.ask(each))
    await expect.poll(() => batches, started).toEqual([['a', 'b']])
    finish[0]?.()
    await expect.poll(() => batches, started).toEqual([['a', 'b'], ['c']])
    finish[1]?.()
    expect(await Promise.all(answers)).toEqual(['A', 'B', 'C'])
  })

  it('does not let a batch without an answer hold up the next for ever', async () => {
    const { gathered, batches, finish } = heldUp({ most: 1, patienceMs: () => 5 })
    const [slow, quick] = [gathered.ask('slow'), gathered.ask('quick')]
    await expect.poll(() => batches, started).toEqual([['slow'], ['quick']])
    finish[1]?.()
    expect(await quick).toBe('QUICK')
    finish[0]?.()
    expect(await slow).toBe('SLOW')
    expect(batches).toHaveLength(2)
  })

  it('tells all of a batch what went wrong with it, and goes on', async () => {
    let calls = 0
    const gathered = gather<string, string>(async (questions) => {
      calls += 1
      if (calls === 1) throw new Error('not now')
      return questions
    })
    const failed = await Promise.allSettled([gathered.ask('a'), gathered.ask('b')])
    expect(failed.map((each) => each.status === 'rejected' && each.reason.message)).toEqual([
      'not now',
      'not now',
    ])
    expect(await gathered.ask('c')).toBe('c')
  })

  it('refuses a question that a batch brings no answer to', async () => {
    const gathered = gather<string, string>(async () => ['only'])
    const [first, second] = [gathered.ask('a'), gathered.ask('b')]
    await expect(second).rejects.toMatchObject({ code: 'ZTP_INTERNAL' })
    expect(await first).toBe('only')
  })

  it('is idle when all is answered, what waits included', async () => {
    const { gathered, batches, finish } = heldUp({ most: 1 })
    const answers = [gathered.ask('a'), gathered.ask('b')]
    let idle = false
    const settled = gathered.idle().then(() => {
      idle = true
    })
    for (const at of [0, 1]) {
      await expect.poll(() => batches.length, started).toBe(at + 1)
      expect(idle).toBe(false)
      finish[at]?.()
    }
    await settled
    expect(await Promise.all(answers)).toEqual(['A', 'B'])
  })
})
