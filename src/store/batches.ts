/** Collects requests while earlier ones are under way: group commit. */
export type Batches<Request, Outcome> = {
  /** @throws what sending its batch threw */
  submit(request: Request): Promise<Outcome>
  /** Resolves when nothing is waiting or under way. */
  idle(): Promise<void>
}

export type BatchLimits = {
  /** How many requests go in one batch; all that wait, by default. */
  readonly most?: number
  /**
   * A batch that has no answer after so many milliseconds no longer holds up the next: a disk may be
   * slow at one place and not at another. For ever, by default.
   */
  readonly patienceMs?: () => number
}

type Waiting<Request, Outcome> = {
  readonly request: Request
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (reason: unknown) => void
}

/**
 * One batch at a time; what arrives meanwhile is the next one.
 *
 * @param send answers a batch: an outcome for each request, in their order
 */
export function createBatches<Request, Outcome>(
  send: (requests: readonly Request[]) => Promise<readonly Outcome[]>,
  { most = Number.POSITIVE_INFINITY, patienceMs }: BatchLimits = {},
): Batches<Request, Outcome> {
  const waiting: Waiting<Request, Outcome>[] = []
  const running = new Set<Promise<void>>()
  let resting = true

  function track(work: Promise<void>): void {
    running.add(work)
    void work.then(() => running.delete(work))
  }

  /** Whatever else this turn of the event loop asks joins the first batch. */
  async function begin(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    next()
  }

  function next(): void {
    const batch = waiting.splice(0, most)
    resting = batch.length === 0
    if (resting) return
    let wasNext = false
    const goOn = () => {
      clearTimeout(timer)
      if (!wasNext) next()
      wasNext = true
    }
    const timer = patienceMs === undefined ? undefined : setTimeout(goOn, patienceMs())
    track(serve(batch, goOn))
  }

  async function serve(
    batch: readonly Waiting<Request, Outcome>[],
    goOn: () => void,
  ): Promise<void> {
    try {
      const requests = batch.map((each) => each.request)
      // The next batch is on its way before anybody works on these outcomes.
      const outcomes = await send(requests).finally(goOn)
      batch.forEach(({ resolve, reject }, at) => {
        const outcome = outcomes[at]
        if (outcome === undefined) reject(new Error('a batch was answered in part'))
        else resolve(outcome)
      })
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown)
    }
  }

  return {
    submit(request) {
      return new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject })
        if (!resting) return
        resting = false
        track(begin())
      })
    },
    async idle() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}
