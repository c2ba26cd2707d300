import type { Socket } from 'node:net'

/** A connection that came in. */
export type Arrival = { readonly socket: Socket; readonly secure: boolean }

/** Who takes connections. */
export type Taker = {
  /**
   * @param done called when it can take the next
   * @returns false when it takes nothing any more
   */
  take(arrival: Arrival, done: () => void): boolean
}

/** Hands connections out, to each taker in turn; who has not taken its last is passed over. */
export type Dispatch = {
  /** @returns whether there was room for it */
  add(arrival: Arrival): boolean
  join(taker: Taker): void
  /** @param left what it was given and has not taken: the next to be handed out */
  leave(taker: Taker, left?: Arrival): void
  /** Resolves when none waits any more. */
  empty(): Promise<void>
  /** Cuts those that wait. */
  cut(): void
}

/** As many connections wait, while nobody can take them, as the system would let wait. */
const MOST_WAITING = 4_096

export function createDispatch(): Dispatch {
  const waiting: Arrival[] = []
  const members = new Set<Taker>()
  let free: Taker[] = []
  let whenEmpty: (() => void)[] = []

  function handOut(): void {
    for (;;) {
      const [arrival] = waiting
      if (arrival === undefined) break
      const taker = free.shift()
      if (taker === undefined) return
      if (taker.take(arrival, () => isFree(taker))) waiting.shift()
    }
    for (const resolve of whenEmpty) resolve()
    whenEmpty = []
  }

  function isFree(taker: Taker): void {
    if (!members.has(taker) || free.includes(taker)) return
    free.push(taker)
    handOut()
  }

  return {
    add(arrival) {
      if (waiting.length >= MOST_WAITING) return false
      waiting.push(arrival)
      handOut()
      return true
    },
    join(taker) {
      members.add(taker)
      isFree(taker)
    },
    leave(taker, left) {
      members.delete(taker)
      free = free.filter((each) => each !== taker)
      if (left === undefined) return
      waiting.unshift(left)
      handOut()
    },
    empty() {
      if (waiting.length === 0) return Promise.resolve()
      return new Promise((resolve) => whenEmpty.push(resolve))
    },
    cut() {
      for (const { socket } of waiting.splice(0)) socket.destroy()
      handOut()
    },
  }
}
