/** Collects requests while earlier ones are under way: group commit. */
export type Batches<Request, Outcome> = {
  /** @throws what sending its batch threw */
  submit(request: Request): Promise<Outcome>
  /** Resolves when nothing is waiting or under way. */
  idle(): Promise<void>
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
 * @param most how many requests go in one batch
 */
export function createBatches<Request, Outcome>(
  send: (requests: readonly Request[]) => Promise<readonly Outcome[]>,
  most = Number.POSITIVE_INFINITY,
): Batches<Request, Outcome> {
  const waiting: Waiting<Request, Outcome>[] = []
  let busy: Promise<void> | undefined

  async function work(): Promise<void> {
    // Whatever else this turn of the event loop asks joins the first batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) await serve(waiting.splice(0, most))
    busy = undefined
  }

  async function serve(batch: readonly Waiting<Request, Outcome>[]): Promise<void> {
    try {
      const outcomes = await send(batch.map((each) => each.request))
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
        busy ??= work()
      })
    },
    async idle() {
      while (busy) await busy
    },
  }
}
