import { setTimeout as sleep } from 'node:timers/promises'
import { type ServerOptions, startServer, type TestServer } from './server.ts'

/** Server processes on one data directory that are killed and come back, one after the other. */
export type RestlessServers = {
  /** The addresses of those that listen just now. */
  urls(): readonly string[]
  /** How many were killed so far. */
  kills(): number
  /** What all of them wrote, the dead too. */
  log(): string
  /** No more kills; whoever was killed is back when it returns. */
  calmDown(): Promise<void>
  /** Ends them in peace. @returns their exit statuses */
  stop(): Promise<readonly (number | null)[]>
}

/** How many definitions a server sends before it dies. */
const AT_LEAST = 5

function definitionsOf(server: TestServer): number {
  return server.log().match(/: definition sent/g)?.length ?? 0
}

/**
 * Starts as many servers, and sends SIGKILL to a random one that is at work again and again.
 *
 * @param everyMs the pause between two kills
 */
export async function startRestlessServers(
  count: number,
  everyMs: number,
  options: ServerOptions,
): Promise<RestlessServers> {
  const seats: (TestServer | undefined)[] = await Promise.all(
    Array.from({ length: count }, () => startServer(options)),
  )
  const logs: string[] = []
  const returns = new Set<Promise<void>>()
  let kills = 0
  let isCalm = false
  const present = () => seats.filter((each) => each !== undefined)
  const killing = keepKilling()

  async function keepKilling(): Promise<void> {
    while (!isCalm) {
      await sleep(everyMs)
      // One that has not got much done is spared: servers that are slow just then would die before they
      // have answered anybody.
      const grown = present().filter((server) => definitionsOf(server) >= AT_LEAST)
      const victim = grown[Math.floor(Math.random() * grown.length)]
      if (isCalm || victim === undefined) continue
      const seat = seats.indexOf(victim)
      seats[seat] = undefined
      kills += 1
      await victim.kill()
      logs.push(victim.log())
      const back = comeBack(seat)
      returns.add(back)
      back.finally(() => returns.delete(back)).catch(() => undefined)
    }
  }

  async function comeBack(seat: number): Promise<void> {
    seats[seat] = await startServer(options)
  }

  async function calmDown(): Promise<void> {
    isCalm = true
    await killing
    await Promise.all(returns)
  }

  return {
    urls: () => present().map((server) => server.url),
    kills: () => kills,
    log: () => [...logs, ...present().map((server) => server.log())].join(''),
    calmDown,
    async stop() {
      await calmDown()
      return Promise.all(present().map((server) => server.stop()))
    },
  }
}
