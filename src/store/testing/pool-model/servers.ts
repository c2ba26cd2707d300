import { type PoolProcess, startPoolProcess } from './pool-processes.ts'
import { PROCESSES } from './steps.ts'

/** The server processes of a story; who is killed is replaced by a fresh one. */
export type Servers = {
  at(seat: number): PoolProcess
  replace(seat: number): void
  all(): readonly PoolProcess[]
  end(): Promise<void>
}

export function startServers(): Servers {
  const seats = Array.from({ length: PROCESSES }, startPoolProcess)
  // Started before it is needed: a story is not to wait for it.
  let spare = startPoolProcess()
  const at = (seat: number): PoolProcess => {
    const found = seats[seat]
    if (found === undefined) throw new Error(`there is no seat ${seat}`)
    return found
  }
  return {
    at,
    replace(seat) {
      seats[seat] = spare
      spare = startPoolProcess()
    },
    all: () => seats,
    end: async () => void (await Promise.all([...seats, spare].map((each) => each.kill()))),
  }
}
