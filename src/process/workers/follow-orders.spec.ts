import { EventEmitter } from 'node:events'
import { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { ZtpError } from '../../kernel/errors.ts'
import { followOrders, type Hands } from './follow-orders.ts'
import type { Order, Report } from './messages.ts'

const NEVER = new Promise<never>(() => {})

/** A worker whose start and stop end when the test says so. */
function scripted(alone: Promise<unknown> = NEVER) {
  const said: Report[] = []
  const done: string[] = []
  const channel = Object.assign(new EventEmitter(), {
    send: (report: Report) => void said.push(report),
    disconnect() {},
  })
  let started = (_hands: Hands<string>) => {}
  let failed = (_reason: Error) => {}
  let stopped = () => {}
  const hands: Hands<string> = {
    take: (socket, secure) =>
      void done.push(`take ${secure ? 'secure' : 'plain'}, half-open ${socket.allowHalfOpen}`),
    hear: (news) => void done.push(`hear ${news}`),
    stop(cut) {
      done.push('stop')
      cut.then(() => done.push('cut'))
      return new Promise((resolve) => {
        stopped = resolve
      })
    },
  }
  const status = followOrders<string, string>(
    channel,
    (what) => {
      done.push(`start ${what}`)
      return new Promise((resolve, reject) => {
        started = resolve
        failed = reject
      })
    },
    () => alone,
  )
  return {
    said,
    done,
    status,
    async order(order: Order<string, string>, socket?: unknown) {
      channel.emit('message', order, socket)
      await turn()
    },
    async begin() {
      channel.emit('message', { do: 'start', start: 'now' })
      await turn()
    },
    async succeed() {
      started(hands)
      await turn()
    },
    async fail(reason: Error) {
      failed(reason)
      await turn()
    },
    end: () => stopped(),
    async leave() {
      channel.emit('disconnect')
      await turn()
    },
  }
}

describe('a worker', () => {
  it('says that it is ready when it is, and lives before', async () => {
    const worker = scripted()
    await worker.begin()
    await worker.order({ do: 'answer' })
    expect([worker.done, worker.said]).toEqual([['start now'], [{ is: 'alive' }]])
    await worker.succeed()
    expect(worker.said).toEqual([{ is: 'alive' }, { is: 'ready' }])
  })

  it('says why it cannot start, and ends', async () => {
    const worker = scripted()
    await worker.begin()
    await worker.fail(new ZtpError('ZTP_BAD_DATA_ROOT', 'there is no folder'))
    expect(worker.said).toEqual([
      { is: 'failed', code: 'ZTP_BAD_DATA_ROOT', message: 'there is no folder' },
    ])
    expect(await worker.status).toBe(1)
    await worker.order({ do: 'settle' })
    expect(worker.said.at(-1)).toEqual({ is: 'settled' })
  })

  it('takes connections, and says so of one that has gone on the way, too', async () => {
    const worker = scripted()
    await worker.begin()
    await worker.succeed()
    await worker.order({ do: 'take', secure: true }, new Socket())
    await worker.order({ do: 'take', secure: false }, undefined)
    await worker.order({ do: 'hear', news: 'of a certificate' })
    expect(worker.done.slice(1)).toEqual(['take secure, half-open true', 'hear of a certificate'])
    expect(worker.said.slice(1)).toEqual([{ is: 'taken' }, { is: 'taken' }])
  })

  it('says of what came before its start that it has it, and only then that nothing is on its way', async () => {
    const worker = scripted()
    await worker.begin()
    await worker.order({ do: 'take', secure: false }, new Socket())
    await worker.order({ do: 'settle' })
    expect(worker.said).toEqual([])
    await worker.succeed()
    expect(worker.said).toEqual([{ is: 'ready' }, { is: 'taken' }, { is: 'settled' }])
  })

  it('stops once, cuts when it is told to, and ends when all has ended', async () => {
    const worker = scripted()
    await worker.begin()
    await worker.succeed()
    await worker.order({ do: 'stop' })
    await worker.order({ do: 'stop' })
    expect(worker.done.slice(1)).toEqual(['stop'])
    await worker.order({ do: 'cut' })
    expect(worker.done.slice(1)).toEqual(['stop', 'cut'])
    let status: number | undefined
    const ended = worker.status.then((each) => {
      status = each
    })
    await turn()
    expect(status).toBeUndefined()
    worker.end()
    await ended
    expect(status).toBe(0)
  })

  it('stops when nobody tells it anything any more, and cuts in its own time', async () => {
    let over = () => {}
    const worker = scripted(
      new Promise<void>((resolve) => {
        over = resolve
      }),
    )
    await worker.begin()
    await worker.succeed()
    await worker.leave()
    expect(worker.done.slice(1)).toEqual(['stop'])
    over()
    await turn()
    expect(worker.done.slice(1)).toEqual(['stop', 'cut'])
    worker.end()
    expect(await worker.status).toBe(0)
  })
})
