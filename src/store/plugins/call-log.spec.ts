import { describe, expect, it } from 'vitest'
import { createCallLog } from './call-log.ts'
import { recordingIn } from './testing/data-root.ts'

function logged(use: (log: ReturnType<typeof createCallLog>) => void): readonly string[] {
  const lines: string[] = []
  const log = createCallLog(recordingIn(lines), 'SN1', 'ipam')
  use(log)
  log.end()
  return lines
}

describe('createCallLog', () => {
  it('makes lines of what comes in pieces, for each stream by itself', () => {
    const lines = logged((log) => {
      const [one, two] = [Buffer.from('é\nb').subarray(0, 1), Buffer.from('é\nb').subarray(1)]
      log.take(one, 'stdout')
      log.take(Buffer.from('err'), 'stderr')
      log.take(two, 'stdout')
      log.hear('debug', 'deb')
      log.hear('debug', 'ug\r\n\n')
    })
    expect(lines).toEqual([
      'info SN1: plugin ipam: é',
      'debug SN1: plugin ipam: debug',
      'info SN1: plugin ipam: b',
      'info SN1: plugin ipam: err',
    ])
  })

  it('cuts a long line, and one without end', () => {
    const lines = logged((log) => {
      log.take(Buffer.from(`${'a'.repeat(3000)}\n`), 'stdout')
      for (let i = 0; i < 5; i += 1) log.take(Buffer.from('b'.repeat(1000)), 'stdout')
    })
    expect(lines.map((line) => line.length)).toEqual([2023, 2023, 2023, 45])
    expect(lines.at(-1)).toMatch(/^warn SN1: plugin ipam: \(\d+ more characters\)$/)
  })

  it('knows the last line', () => {
    let last: string | undefined
    logged((log) => {
      log.take(Buffer.from('one\ntwo\n \nthree'), 'stderr')
      last = log.last()
    })
    expect(last).toBe('two')
  })
})
