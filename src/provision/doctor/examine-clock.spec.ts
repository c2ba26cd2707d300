import { describe, expect, it } from 'vitest'
import { examineClock } from './examine-clock.ts'
import type { Answer, ClockPorts } from './ports.ts'

const NOW = Date.UTC(2026, 10, 22, 14, 22, 33)
const MINUTE = 60_000
const NO_ANSWER: Answer = { kind: 'failed', reason: 'refused' }

function machine(change: Partial<ClockPorts> = {}): ClockPorts {
  return {
    now: () => NOW,
    fileAfter: async () => undefined,
    clockIsSet: async () => undefined,
    ...change,
  }
}

/** A data directory whose newest file is that old. */
function newest(time: number): Partial<ClockPorts> {
  return {
    fileAfter: async (folder, after) =>
      time > after ? { path: `${folder}/neighbordb`, time } : undefined,
  }
}

function answerAt(time: number): Answer {
  return { kind: 'answered', status: 200, text: '', time }
}

const IT_SAYS = 'it says 2026-11-22 14:22:33 UTC'

describe('examineClock', () => {
  it.each<readonly [string, Partial<ClockPorts>, Answer, number, string]>([
    ['nothing to compare with', {}, NO_ANSWER, 0, `fine: ${IT_SAYS}`],
    [
      'an answer without a date',
      {},
      { kind: 'answered', status: 200, text: '' },
      0,
      `fine: ${IT_SAYS}`,
    ],
    [
      'a minute of difference',
      newest(NOW + MINUTE),
      answerAt(NOW - MINUTE),
      NOW,
      `fine: ${IT_SAYS}`,
    ],
    ['a clock that is set', { clockIsSet: async () => true }, NO_ANSWER, 0, `fine: ${IT_SAYS}`],
    [
      'a release of the future',
      {},
      NO_ANSWER,
      NOW + 1,
      `wrong: ${IT_SAYS}, which is before this release was made`,
    ],
    [
      'a server that is ahead',
      {},
      answerAt(NOW + MINUTE + 1000),
      0,
      `warning: ${IT_SAYS}, and whoever answers at server_url 2026-11-22 14:23:34 UTC`,
    ],
    [
      'a server that is behind',
      {},
      answerAt(0),
      0,
      `warning: ${IT_SAYS}, and whoever answers at server_url 1970-01-01 00:00:00 UTC`,
    ],
    [
      'a file of the future',
      newest(NOW + 2 * MINUTE),
      NO_ANSWER,
      0,
      `warning: ${IT_SAYS}, and /data/neighbordb was written at 2026-11-22 14:24:33 UTC`,
    ],
    [
      'a file of the far future',
      newest(1e300),
      NO_ANSWER,
      0,
      `warning: ${IT_SAYS}, and /data/neighbordb was written at +275760-09-13 00:00:00 UTC`,
    ],
    [
      'a clock that nothing sets',
      { clockIsSet: async () => false },
      NO_ANSWER,
      0,
      'warning: nothing sets the clock of this machine by others: it will drift',
    ],
  ])('sees %s', async (_name, change, answer, released, expected) => {
    const found = await examineClock('/data', released, answer, machine(change))
    expect(found.map(({ state, message }) => `${state}: ${message}`)).toEqual([expected])
  })

  it('tells all of it, each with what to do', async () => {
    const change = { ...newest(NOW + 2 * MINUTE), clockIsSet: async () => false }
    const found = await examineClock('/data', NOW + 1, answerAt(0), machine(change))
    expect(found.map(({ advice }) => advice)).toEqual([
      expect.stringMatching(/: timedatectl set-ntp true$/),
      expect.stringMatching(/: timedatectl$/),
      expect.stringMatching(/: touch \/data\/neighbordb$/),
      expect.stringMatching(/: timedatectl set-ntp true$/),
    ])
  })
})
