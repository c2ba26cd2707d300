/** What a client does in one turn. @returns what was wrong, undefined when nothing was */
export type Turn = (at: number) => Promise<string | undefined>

const TICK_MS = 20
/** There are only so many switches, and each waits for its answer. */
const MOST_WAITING = 200

/** Requests at a steady pace, as long as answers come. */
export class PacedLoad {
  readonly failures: string[] = []
  #answers = 0
  #sent = 0
  readonly #waiting = new Set<Promise<void>>()
  readonly #timer: NodeJS.Timeout

  constructor(perSecond: number, turn: Turn) {
    const began = performance.now()
    this.#timer = setInterval(() => {
      // What a late tick left out is made up for.
      const due = ((performance.now() - began) / 1000) * perSecond
      while (this.#sent < due && this.#waiting.size < MOST_WAITING) this.#take(turn)
    }, TICK_MS)
  }

  answers(): number {
    return this.#answers
  }

  /** Sends no more, and waits for the last answer. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#waiting)
  }

  #take(turn: Turn): void {
    const at = this.#sent
    this.#sent += 1
    const done = turn(at)
      .catch((fault: unknown) => `${fault}: ${fault instanceof Error ? fault.cause : ''}`)
      .then((failure) => {
        if (failure === undefined) this.#answers += 1
        else this.failures.push(failure)
        this.#waiting.delete(done)
      })
    this.#waiting.add(done)
  }
}
