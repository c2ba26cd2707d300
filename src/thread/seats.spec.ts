import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createSeats, type Seat } from './seats.ts'

/** Seats that answer when the test says so, and who was asked what. */
function scripted(size: number, options?: Parameters<typeof createSeats<string, string>>[1]) {
  const asked: string[] = []
  const open: (() => void)[] = []
  const seats = Array.from(
    { length: size },
    (_, at): Seat<string, string> => ({
      async run(request) {
        asked.push(`${at} ${request}`)
        await new Promise<void>((resolve) => open.push(resolve))
        return `${request}!`
      },
      async end() {
        asked.push(`${at} ends`)
      },
    }),
  )
  return { seats: createSeats(seats, options), asked, answerNext: () => open.shift()?.() }
}

describe('createSeats', () => {
  afterEach(() => void vi.useRealTimers())

  it('gives a request to the first seat that is free', async () => {
    const { seats, asked, answerNext } = scripted(2)
    const first = seats.ask('a')
    answerNext()
    await first
    const [b, c, d] = ['b', 'c', 'd'].map((each) => seats.ask(each))
    answerNext()
    expect(await b).toBe('b!')
    await nextTurn()
    expect(asked).toEqual(['0 a', '0 b', '1 c', '0 d'])
    answerNext()
    answerNext()
    expect(await Promise.all([c, d])).toEqual(['c!', 'd!'])
    await seats.close()
    expect(asked.slice(4)).toEqual(['0 ends', '1 ends'])
  })

  it('does not begin what waited too long', async () => {
    const refuse = (request: string) => new Error(`too late for ${request}`)
    vi.useFakeTimers({ toFake: ['performance'] })
    const { seats, asked, answerNext } = scripted(1, { patienceMs: 20, refuse })
    const first = seats.ask('a')
    const late = seats.ask('b')
    vi.advanceTimersByTime(21)
    const fresh = seats.ask('c')
    answerNext()
    await expect(late).rejects.toThrow('too late for b')
    expect(await first).toBe('a!')
    await nextTurn()
    expect(asked).toEqual(['0 a', '0 c'])
    answerNext()
    await fresh
  })
})
