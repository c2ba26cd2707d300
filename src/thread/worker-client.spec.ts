import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { createWorkerClient, type WorkerClient } from './worker-client.ts'
import { type WorkerOptions, WorkerTimeout } from './worker-seat.ts'
import { workerUrl } from './worker-url.ts'

type Order =
  | { readonly do: 'echo'; readonly value: unknown }
  | { readonly do: 'wait'; readonly signal: Int32Array }
  | { readonly do: 'refuse' | 'throw' | 'hang' | 'haunt' | 'exit' | 'thread' }

const url = new URL('./testing/obedient-worker.mjs', import.meta.url)
const clients: WorkerClient<Order, unknown>[] = []

type Options = Partial<Pick<WorkerOptions<Order>, 'timeoutMs' | 'hold'> & { readonly size: number }>

function client(options: Options = {}) {
  const created = createWorkerClient<Order, unknown>({ url, ...options })
  clients.push(created)
  return created
}

afterEach(() => Promise.all(clients.splice(0).map((each) => each.close())))

describe('createWorkerClient', () => {
  it('carries structured values both ways', async () => {
    const value = new Map<string, unknown>([['bytes', new Uint8Array([1, 2])]])
    expect(await client().ask({ do: 'echo', value })).toEqual(value)
  })

  it('answers each of many with its own answer', async () => {
    const { ask } = client({ size: 2 })
    const values = Array.from({ length: 200 }, (_, at) => at)
    const answers = await Promise.all(values.map((value) => ask({ do: 'echo', value })))
    expect(answers).toEqual(values)
  })

  it('holds what each worker that is started must not take with it', async () => {
    let held = 0
    async function hold(): Promise<void> {
      held += 1
      throw new Error('that it cannot be held is for the worker to say')
    }
    const { ask } = client({ hold })
    expect(held).toBe(0)
    expect(await ask({ do: 'echo', value: 1 })).toBe(1)
    expect(await ask({ do: 'echo', value: 2 })).toBe(2)
    expect(held).toBe(1)
  })

  it('keeps the code of a coded error', async () => {
    await expect(client().ask({ do: 'refuse' })).rejects.toMatchObject({
      code: 'ZTP_MISSING_POOL',
      message: 'there is no such pool',
    })
  })

  it('calls any other error internal', async () => {
    await expect(client().ask({ do: 'throw' })).rejects.toMatchObject({
      code: 'ZTP_INTERNAL',
      message: 'broken',
    })
  })

  it('refuses the request of a worker that died, and serves the next with a new one', async () => {
    const { ask } = client()
    const first = await ask({ do: 'thread' })
    await expect(ask({ do: 'exit' })).rejects.toThrow('it ended with status 3')
    expect(await ask({ do: 'thread' })).not.toBe(first)
  })

  it('ends a worker that takes too long, and serves those behind with a new one', async () => {
    // Long enough for the honest one behind it on a machine that stands still for a moment.
    const { ask } = client({ timeoutMs: 2_000 })
    const hanging = ask({ do: 'hang' })
    const behind = ask({ do: 'echo', value: 'behind' })
    await expect(hanging).rejects.toBeInstanceOf(WorkerTimeout)
    expect(await behind).toBe('behind')
  })

  it('ends, when it closes, a worker that does not hear of it', async () => {
    const closing = client()
    expect(await closing.ask({ do: 'haunt' })).toBe('answered')
    await wait(200)
    await closing.close()
  })

  it('serves others while one is at work', async () => {
    const { ask } = client({ size: 2 })
    const signal = new Int32Array(new SharedArrayBuffer(4))
    const long = ask({ do: 'wait', signal })
    expect(await ask({ do: 'echo', value: 'served' })).toBe('served')
    Atomics.store(signal, 0, 1)
    Atomics.notify(signal, 0)
    expect(await long).toBe('signalled')
  })

  it('reports an entry file that does not exist', async () => {
    const missing = createWorkerClient({ url: new URL('./none-worker.js', import.meta.url) })
    await expect(missing.ask(null)).rejects.toMatchObject({ code: 'ZTP_INTERNAL' })
  })

  it('answers what it was asked before it closes, and takes nothing after', async () => {
    const closing = client()
    const last = closing.ask({ do: 'echo', value: 'last' })
    const closed = closing.close()
    await expect(closing.ask({ do: 'thread' })).rejects.toThrow('the server is stopping')
    expect(await last).toBe('last')
    await closed
  })
})

describe('workerUrl', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['source', 'file:///a/src/b/src/store/x.ts', 'file:///a/src/b/dist/store/hash-worker.js'],
    ['built', 'file:///a/src/b/dist/store/x.js', 'file:///a/src/b/dist/store/hash-worker.js'],
  ]
  it.each(cases)('finds the built worker from a %s file', (_name, from, found) => {
    expect(workerUrl(from, 'hash-worker').href).toBe(found)
  })
})
