import { describe, expect, it } from 'vitest'
import { demo } from './demo.ts'
import type { DemoDeps, DemoResult } from './demo-ports.ts'
import type { Io } from './io.ts'

/** Deps that write down what is asked of them; each may be replaced. */
function recorded(result: DemoResult | Error, change: (log: string[]) => Partial<DemoDeps>) {
  const log: string[] = []
  const deps: DemoDeps = {
    async makeDirectory() {
      log.push('make')
      return '/tmp/d'
    },
    async removeDirectory(path) {
      log.push(`remove ${path}`)
    },
    async scaffold(path) {
      log.push(`scaffold ${path}`)
    },
    async start(path) {
      log.push(`start ${path}`)
      return {
        url: 'http://127.0.0.1:1',
        async rehearse() {
          log.push('rehearse')
          if (result instanceof Error) throw result
          return result
        },
        async close() {
          log.push('close')
        },
      }
    },
    async interrupted() {
      log.push('wait')
    },
    ...change(log),
  }
  return { log, deps }
}

function paperIo() {
  const out: string[] = []
  const errors: string[] = []
  const output = (to: string[]) => ({
    isTTY: false,
    columns: 80,
    drained: async () => {},
    write: (text: string) => void to.push(text),
  })
  const io: Io = { stdout: output(out), stderr: output(errors), environment: {} }
  return { io, out, errors }
}

const SOUND = { lines: ['the table'], sound: true }
const ALL = ['make', 'scaffold /tmp/d', 'start /tmp/d', 'rehearse', 'close', 'remove /tmp/d']

describe('demo', () => {
  it('builds, shows, clears away', async () => {
    const { io, out } = paperIo()
    const { log, deps } = recorded(SOUND, () => ({}))
    expect(await demo({ keep: false }, io, deps)).toBe(0)
    expect(log).toEqual(ALL)
    expect(out.join('')).toContain('the table\nThe demo went as it should.\n')
  })

  it('keeps directory and server until it is interrupted', async () => {
    const { io, out } = paperIo()
    const { log, deps } = recorded(SOUND, () => ({}))
    expect(await demo({ keep: true }, io, deps)).toBe(0)
    expect(log.slice(-3)).toEqual(['rehearse', 'wait', 'close'])
    expect(out.join('')).toContain('/tmp/d stays')
  })

  it('is a failure when something went wrong', async () => {
    const { io } = paperIo()
    const { log, deps } = recorded({ lines: [], sound: false }, () => ({}))
    expect(await demo({ keep: false }, io, deps)).toBe(1)
    expect(log).toEqual(ALL)
  })

  it('clears away after a fault, and names it', async () => {
    const { io, errors } = paperIo()
    const { log, deps } = recorded(new Error('disk full'), () => ({}))
    expect(await demo({ keep: false }, io, deps)).toBe(1)
    expect(log).toEqual(ALL)
    expect(errors).toEqual(['ztps demo: disk full\n'])
  })

  it('clears away when the server does not start', async () => {
    const { io, errors } = paperIo()
    const { log, deps } = recorded(SOUND, (asked) => ({
      async start() {
        asked.push('start')
        throw new Error('no free port')
      },
    }))
    expect(await demo({ keep: false }, io, deps)).toBe(1)
    expect(log).toEqual(['make', 'scaffold /tmp/d', 'start', 'remove /tmp/d'])
    expect(errors).toEqual(['ztps demo: no free port\n'])
  })
})
