/** Lets a bounded number of things happen at once; the others wait in the order they came. */
export type Turns = { take<T>(work: () => Promise<T>): Promise<T> }

export function createTurns(atOnce: number): Turns {
  const waiting: (() => void)[] = []
  let free = atOnce

  async function enter(): Promise<void> {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }

  function leave(): void {
    const next = waiting.shift()
    // The place goes from hand to hand: nobody who comes now gets in between.
    if (next === undefined) free += 1
    else next()
  }

  return {
    async take(work) {
      await enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
