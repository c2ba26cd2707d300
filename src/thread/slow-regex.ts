import { ZtpError } from '../kernel/errors.ts'
import type { SlowRegex } from '../provision/ports.ts'
import { questionKey, type RegexQuestion } from '../topology/neighbordb.ts'
import type { RegexTrial } from './regex-worker.ts'
import { createWorkerClient } from './worker-client.ts'
import { WorkerTimeout } from './worker-seat.ts'
import { workerUrl } from './worker-url.ts'

/** All the questions of one request together; honest ones take microseconds. */
const TIMEOUT_MS = 100
/** One, so that a hanging expression leaves a core of two for everything else. */
const WORKERS = 1

/** @returns the port, and how to end its worker threads */
export function createSlowRegex(
  timeoutMs = TIMEOUT_MS,
): SlowRegex & { readonly close: () => Promise<void> } {
  const url = workerUrl(import.meta.url, 'regex-worker')
  const client = createWorkerClient<readonly RegexTrial[], readonly boolean[]>({
    url,
    timeoutMs,
    size: WORKERS,
  })

  async function ask(questions: readonly RegexQuestion[]): Promise<readonly boolean[]> {
    try {
      return await client.ask(
        questions.map(({ source, flags, value }) => ({ source, flags, value })),
      )
    } catch (thrown) {
      throw thrown instanceof WorkerTimeout ? timedOut(questions) : thrown
    }
  }

  function timedOut(questions: readonly RegexQuestion[]): ZtpError {
    const tried = questions.map(({ pattern, value }) => `${pattern} on ${JSON.stringify(value)}`)
    return new ZtpError(
      'ZTP_REGEX_TIMEOUT',
      `no answer within ${timeoutMs} ms from ${tried.join(', ')}; ` +
        'nested repetitions may take for ever: simplify the expression',
    )
  }

  return {
    async answer(questions) {
      const answers = await ask(questions)
      return new Map(questions.map((each, at) => [questionKey(each), answers[at] === true]))
    },
    close: () => client.close(),
  }
}
