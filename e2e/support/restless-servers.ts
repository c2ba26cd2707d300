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

/**
 * Starts as many servers, and sends SIGKILL to a random one again and again.
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
  const killing = keepKilling()

  async function keepKilling(): Promise<void> {
    while (!isCalm) {
      await sleep(everyMs)
      const seat = Math.floor(Math.random() * count)
      const victim = seats[seat]
      // One that is not back yet cannot be killed.
      if (isCalm || victim === undefined) continue
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

  const present = () => seats.filter((each) => each !== undefined)
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
