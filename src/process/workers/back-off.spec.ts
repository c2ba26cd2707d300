import { expect, it } from 'vitest'
import { backOff } from './back-off.ts'

it.each<readonly [string, readonly number[], readonly number[]]>([
  ['at once when it dies for the first time', [5], [0]],
  ['twice as late each time', [5, 5, 5, 5], [0, 100, 200, 400]],
  [
    'half a minute later at most',
    Array(20).fill(5),
    [0, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, ...Array(10).fill(30_000)],
  ],
  ['at once again when it lived for a minute', [5, 5, 5, 60_000, 5], [0, 100, 200, 0, 100]],
])('a worker is started again %s', (_name, lives, delays) => {
  const { next } = backOff()
  expect(lives.map(next)).toEqual(delays)
})
