import type { RegexQuestion, RegexVerdicts } from '../topology/neighbordb.ts'
import type { SlowRegex } from './ports.ts'

type Ask = { readonly kind: 'ask'; readonly questions: readonly RegexQuestion[] }

/** More rounds than any honest pattern needs: each round answers all that one attempt met. */
const MOST_ROUNDS = 100

/**
 * Repeats a pure decision until it no longer lacks the verdict of a slow regular expression.
 *
 * @param decide the decision, given the verdicts known so far
 * @throws ZtpError ZTP_REGEX_TIMEOUT
 */
export async function askUntilDecided<T extends { readonly kind: string }>(
  slowRegex: SlowRegex,
  decide: (verdicts: RegexVerdicts) => T | Ask,
): Promise<T> {
  let verdicts: RegexVerdicts = new Map()
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const outcome = decide(verdicts)
    if (!isAsk(outcome)) return outcome
    verdicts = new Map([...verdicts, ...(await slowRegex.answer(outcome.questions))])
  }
  throw new Error(`undecided after ${MOST_ROUNDS} rounds of regular expressions`)
}

function isAsk(outcome: { readonly kind: string }): outcome is Ask {
  return outcome.kind === 'ask'
}
