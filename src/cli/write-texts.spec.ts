import { expect, it } from 'vitest'
import { writeLines } from './write-texts.ts'

it('writes many lines in parts, and waits for the reader between them', async () => {
  const log: string[] = []
  const output = {
    write: (text: string) => void log.push(text),
    drained: async () => void log.push('drained'),
    isTTY: false,
    columns: 80,
  }
  const lines = Array.from({ length: 30_000 }, (_, at) => `line ${at}`)
  await writeLines(output, lines)
  const parts = log.filter((each) => each !== 'drained')
  expect(parts.join('')).toBe(`${lines.join('\n')}\n`)
  expect(parts.length).toBeGreaterThan(3)
  expect(Math.max(...parts.map((each) => each.length))).toBeLessThan(70_000)
  expect(log.slice(0, 4).map((each) => each === 'drained')).toEqual([false, true, false, true])
})
