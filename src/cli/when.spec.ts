import { describe, expect, it } from 'vitest'
import { age, localTime } from './when.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

describe('localTime', () => {
  it.each([0, Date.UTC(2026, 6, 1, 23, 59, 59), Date.UTC(2026, 11, 31, 23, 30)])('%i', (time) => {
    const text = localTime(time)
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/)
    expect(Date.parse(text)).toBe(time)
    expect(Number(text.slice(11, 13))).toBe(new Date(time).getHours())
  })
})

it.each([
  [0, '< 1 min'],
  [-5, '< 1 min'],
  [MINUTE, '1 min'],
  [HOUR - 1, '59 min'],
  [HOUR, '1 h'],
  [47 * HOUR, '47 h'],
  [48 * HOUR, '2 d'],
  [1000 * 24 * HOUR, '1000 d'],
])('%i ms ago is %s', (passed, expected) => {
  expect(age(1e12, 1e12 + passed)).toBe(expected)
})
