import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Logger, silentLogger } from '../../kernel/logger.ts'
import { type Crew, startCrew } from './crew.ts'
import { workerProcess } from './worker-process.ts'

/** What a worker does when it is told something: the properties of an object. */
type Manners = string

const SOUND: Manners = `
  start: () => say('ready'),
  take: (socket) => { socket.end('served'); say('taken') },
  settle: () => say('settled'),
  answer: () => say('alive'),
  stop: () => process.exit(0),`
/** Hears of nothing but the start. */
const DEAF: Manners = `start: () => say('ready'),`
const NEVER = new Promise<never>(() => {})

/** So that whoever ends by itself is not killed where processes are slow. */
const LONG_MS = 60_000

let listener: Server
let children: ChildProcess[]
let crews: Crew<string>[]
let log: string[]
const logger: Logger = { ...silentLogger, error: (line) => void log.push(line) }

beforeEach(async () => {
  children = []
  crews = []
  log = []
  listener = createServer({ pauseOnConnect: true, allowHalfOpen: true })
  await once(listener.listen(0, '127.0.0.1'), 'listening')
})

afterEach(async () => {
  const stopped = crews.map((crew) => crew.stop(Promise.resolve()))
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(stopped)
  listener.close()
})

/** Starts a process that minds the orders of a crew as it is told here. */
function fork(manners: Manners): ChildProcess {
  const script = `
    const say = (is, more) => process.send({ is, ...more })
    const on = {${manners}}
    let taken = 0
    process.on('message', (order, socket) => on[order.do]?.(socket, order.do === 'take' && ++taken))
    process.on('disconnect', () => process.exit())`
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const
  const child = spawn(process.execPath, ['-e', script], { stdio: [...stdio] })
  children.push(child)
  return child
}

/** A crew whose workers have these manners, one after the other; those that follow, the last. */
function crewOf(size: number, ...manners: readonly Manners[]): Promise<Crew<string>> {
  return crewWith(LONG_MS, size, manners)
}

async function crewWith(graceMs: number | undefined, size: number, manners: readonly Manners[]) {
  const next = () => fork(manners[Math.min(children.length, manners.length - 1)] ?? SOUND)
  const grace = graceMs === undefined ? {} : { graceMs }
  const options = { size, fork: next, start: () => 'start', logger, ...grace }
  const crew = await startCrew<string, string>(options)
  crews.push(crew)
  return crew
}

/** A connection that came in, and what its client hears until it ends. */
async function visit(): Promise<{ readonly socket: Socket; readonly heard: Promise<string> }> {
  const client = connect((listener.address() as AddressInfo).port, '127.0.0.1')
  const [socket] = (await once(listener, 'connection')) as [Socket]
  let text = ''
  client.on('data', (chunk) => {
    text += chunk
  })
  client.on('error', () => {})
  return { socket, heard: once(client, 'close').then(() => text) }
}

describe('a crew', () => {
  it('gives a connection that a worker died with to the next', async () => {
    const crew = await crewOf(1, `${SOUND} take: () => process.exit(7),`, SOUND)
    const { socket, heard } = await visit()
    crew.take(socket, false)
    expect(await heard).toBe('served')
    const [first, second] = children
    if (second === undefined) throw new Error('another was started')
    for (let count = 0; count < 5; count += 1) {
      const answered = once(second, 'message')
      crew.muster()
      await answered
    }
    // Of the dead nothing is asked any more.
    expect(log).toEqual([`worker ${first?.pid} died (status 7); another worker starts in 0 s`])
    await crew.stop(NEVER)
    expect(children.map(({ exitCode }) => exitCode)).toEqual([7, 0])
  })

  it('lets one that keeps dying wait longer each time, and gives up when it is stopped', async () => {
    const dying = 'start: () => process.exit(3),'
    const crew = await crewOf(1, `${SOUND} take: () => process.exit(7),`, dying)
    const began = performance.now()
    const { socket } = await visit()
    crew.take(socket, false)
    await expect.poll(() => log.length, { timeout: 20_000 }).toBeGreaterThan(5)
    // Never less: what starts takes time, too.
    expect(performance.now() - began).toBeGreaterThan(1_400)
    const unserved = '(status 3): a worker ended before it served'
    expect(log.slice(0, 6).map((line) => line.replace(/^worker \d+ died /, ''))).toEqual([
      '(status 7); another worker starts in 0 s',
      `${unserved}; another worker starts in 0.1 s`,
      `${unserved}; another worker starts in 0.2 s`,
      `${unserved}; another worker starts in 0.4 s`,
      `${unserved}; another worker starts in 0.8 s`,
      `${unserved}; another worker starts in 1.6 s`,
    ])
    const started = children.length
    await crew.stop(Promise.resolve())
    await turn()
    expect(children).toHaveLength(started)
  })

  it('has those served that wait when it is stopped, and starts nobody after', async () => {
    const slow = `${SOUND}
      take: (socket, count) => {
        if (count > 1) return on.serve(socket)
        on.hear = () => on.serve(socket)
      },
      serve: (socket) => { socket.end('served'); say('taken') },`
    const crew = await crewOf(1, slow)
    const [first, second] = [await visit(), await visit()]
    crew.take(first.socket, false)
    crew.take(second.socket, false)
    const stopped = crew.stop(NEVER)
    await turn()
    crew.tell('serve the first')
    expect(await Promise.all([first.heard, second.heard])).toEqual(['served', 'served'])
    await stopped
    await turn()
    expect(children.map(({ exitCode }) => exitCode)).toEqual([0])
    expect(log).toEqual([])
  })

  it('cuts what waits, and tells workers to, when the time is over', async () => {
    const busy = `${SOUND}
      take: (socket) => { on.cut = () => socket.end('cut', () => process.exit(0)) },
      stop: () => {},`
    const crew = await crewOf(1, busy)
    const [first, second] = [await visit(), await visit()]
    crew.take(first.socket, false)
    crew.take(second.socket, false)
    await crew.stop(Promise.resolve())
    expect(await Promise.all([first.heard, second.heard])).toEqual(['cut', ''])
    expect(children.map(({ exitCode }) => exitCode)).toEqual([0])
  })

  it('kills in the end whom nothing moves', async () => {
    const crew = await crewWith(undefined, 2, [DEAF])
    await crew.stop(Promise.resolve())
    expect(children.map(({ signalCode }) => signalCode)).toEqual(['SIGKILL', 'SIGKILL'])
    expect(log).toEqual([])
  })

  it('kills who is asked again and again and does not answer, and nobody else', async () => {
    const crew = await crewOf(2, DEAF, SOUND)
    const [deaf, sound] = children
    if (deaf === undefined || sound === undefined) throw new Error('two were started')
    for (let count = 0; count < 3; count += 1) {
      const answered = once(sound, 'message')
      crew.muster()
      await answered
    }
    expect([deaf.killed, log]).toEqual([false, []])
    const died = once(deaf, 'exit')
    crew.muster()
    expect(await died).toEqual([null, 'SIGKILL'])
    expect(log[0]).toBe(`worker ${deaf.pid} does not answer: it is killed`)
    expect(sound.killed).toBe(false)
    await crew.stop(NEVER)
  })

  it('does not start when one of them cannot, and leaves none', async () => {
    const failing = `${SOUND}
      start: () => say('failed', { code: 'ZTP_BAD_DATA_ROOT', message: 'there is no folder' }),`
    await expect(crewOf(2, SOUND, failing)).rejects.toMatchObject({
      code: 'ZTP_BAD_DATA_ROOT',
      message: 'there is no folder',
    })
    expect(children.map(({ exitCode }) => exitCode)).toEqual([0, 0])
  })

  it('does not start when one of them ends before it serves', async () => {
    const crew = crewOf(1, 'start: () => process.exit(3),')
    await expect(crew).rejects.toThrow('a worker ended before it served')
    const none = startCrew({
      size: 1,
      fork: () => spawn('/nowhere', { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
      start: () => 'start',
      logger,
    })
    await expect(none).rejects.toThrow('a worker ended before it served')
  })

  it('cuts a connection for which there is no room any more, and says so', async () => {
    const crew = await crewOf(1, DEAF)
    const first = await visit()
    crew.take(first.socket, false)
    const waiting = Array.from({ length: 4096 }, () => new Socket())
    for (const socket of waiting) crew.take(socket, false)
    expect(log).toEqual([])
    const { socket, heard } = await visit()
    crew.take(socket, false)
    expect(await heard).toBe('')
    expect(log).toEqual(['a connection was cut: too many wait for workers'])
    expect(waiting.some(({ destroyed }) => destroyed)).toBe(false)
  })
})

describe('a connection that does not reach its worker', () => {
  it('is cut, with a word about it, and the next is served', async () => {
    const losing = `${SOUND}
      take: (socket, count) => { if (count > 1) { socket.end('served'); say('taken') } },`
    const crew = await crewOf(1, losing)
    const [first, second] = [await visit(), await visit()]
    crew.take(first.socket, false)
    crew.take(second.socket, false)
    // The process of this test is not out of descriptors: the worker has one of it too.
    expect(await second.heard).toBe('served')
    expect(first.socket.destroyed).toBe(true)
    const [pid] = children.map((child) => child.pid)
    expect(log).toEqual([
      `worker ${pid} could not take a connection: too many open files (ulimit -n)`,
    ])
    await crew.stop(NEVER)
  })

  it('is not taken for the next, which was sent in the meantime', async () => {
    const late = `${SOUND}
      take: (socket, count) => {
        if (count > 1) on.hear = () => { socket.end('served'); say('taken') }
        else on.settle = () => { socket.end('late'); say('taken'); say('settled'); say('alive') }
      },`
    const crew = await crewOf(1, late)
    const [first, second] = [await visit(), await visit()]
    crew.take(first.socket, false)
    crew.take(second.socket, false)
    expect(await first.heard).toBe('late')
    crew.tell('serve the second')
    expect(await second.heard).toBe('served')
    expect(log).toEqual([])
    await crew.stop(NEVER)
  })
})

describe('a worker', () => {
  it('is not silent any more once it has answered', async () => {
    const worker = workerProcess<string, string>(fork(SOUND), 'start', () => {})
    await worker.ready
    worker.ask()
    expect(worker.ask()).toBe(2)
    await expect.poll(() => worker.ask()).toBe(1)
    worker.kill()
    expect(await worker.ended).toEqual({ how: 'SIGKILL', left: undefined })
    const { socket } = await visit()
    expect(worker.take({ socket, secure: false }, () => {})).toBe(false)
    socket.destroy()
  })

  it('leaves behind what it has not taken, and nothing else', async () => {
    const worker = workerProcess<string, string>(
      fork(`${SOUND} take: (socket, count) => { if (count === 1) say('taken') },`),
      'start',
      () => {},
    )
    const [first, second] = [await visit(), await visit()]
    const { socket } = first
    await new Promise<void>((taken) => worker.take({ socket, secure: true }, taken))
    expect(first.socket.destroyed).toBe(true)
    worker.kill()
    expect((await worker.ended).left).toBeUndefined()

    const other = workerProcess<string, string>(fork(DEAF), 'start', () => {})
    other.take({ socket: second.socket, secure: true }, () => {})
    other.kill()
    expect((await other.ended).left).toMatchObject({ socket: second.socket, secure: true })
    expect(second.socket.destroyed).toBe(false)
    second.socket.destroy()
  })
})
