import { ZtpError } from '../kernel/errors.ts'

/** Asks many questions at a time: what comes while some are being answered waits, and goes together. */
export type Gathered<Question, Answer> = {
  /** @throws what asking its batch threw */
  ask(question: Question): Promise<Answer>
  /** Resolves when nothing is asked and nothing waits. */
  idle(): Promise<void>
}

export type GatherOptions = {
  /** Questions to a batch; all that wait, by default. */
  readonly most?: number
  /**
   * One batch is asked at a time. One that has no answer after so many milliseconds no longer
   * holds up the next: a disk may be slow at one place and not at another. For ever, by default.
   */
  readonly patienceMs?: () => number
}

type Waiting<Question, Answer> = {
  readonly question: Question
  readonly resolve: (answer: Answer) => void
  readonly reject: (reason: unknown) => void
}

/** @param askAll asks a batch: one answer for each question, in order */
export function gather<Question, Answer>(
  askAll: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  { most = Number.POSITIVE_INFINITY, patienceMs }: GatherOptions = {},
): Gathered<Question, Answer> {
  const waiting: Waiting<Question, Answer>[] = []
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
    let gone = false
    const proceed = () => {
      clearTimeout(timer)
      if (!gone) next()
      gone = true
    }
    const timer = patienceMs === undefined ? undefined : setTimeout(proceed, patienceMs())
    track(answer(batch, proceed))
  }

  async function answer(
    batch: readonly Waiting<Question, Answer>[],
    proceed: () => void,
  ): Promise<void> {
    try {
      const questions = batch.map((each) => each.question)
      // The next batch is on its way before anybody works on these answers.
      const answers = await askAll(questions).finally(proceed)
      batch.forEach(({ resolve, reject }, at) => {
        const mine = answers[at]
        if (mine === undefined) reject(new ZtpError('ZTP_INTERNAL', 'a question had no answer'))
        else resolve(mine)
      })
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown)
    }
  }

  return {
    ask(question) {
      return new Promise((resolve, reject) => {
        waiting.push({ question, resolve, reject })
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
