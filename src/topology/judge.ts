import type { Neighbor } from '../node/report.ts'
import type { Check, Test } from './checks.ts'
import { questionKey, type RegexQuestion, type RegexVerdicts } from './neighbordb.ts'
import type { PythonRegex } from './python-regex.ts'

/** Enough for one round of answers; what is left is asked in the next. */
const MAX_QUESTIONS = 2000
/** Answers of one search that are remembered: a hostile node must not make it fill the memory. */
const MAX_KNOWN = 50_000

/**
 * Holds values against tests, and collects what only the slow engine can answer: such a test fails
 * for now, and `asked` says that nothing may be concluded from it.
 */
export class Judge {
  readonly #verdicts: RegexVerdicts
  readonly #known = new Map<PythonRegex, Map<string, boolean | undefined>>()
  #knownCount = 0
  readonly #questions = new Map<string, RegexQuestion>()
  #asked = false

  constructor(verdicts: RegexVerdicts) {
    this.#verdicts = verdicts
  }

  get questions(): readonly RegexQuestion[] {
    return [...this.#questions.values()]
  }

  get isFull(): boolean {
    return this.#questions.size >= MAX_QUESTIONS
  }

  /** Whether a question was met since this was last called. */
  takeAsked(): boolean {
    const asked = this.#asked
    this.#asked = false
    return asked
  }

  /** Whether a neighbour is the device, and on the port, that the check speaks of. */
  accepts(check: Check, { device, port }: Neighbor): boolean {
    // A comparison is much cheaper than an expression, so it goes first.
    return check.device.kind === 'regex'
      ? this.passes(check.port, port) && this.passes(check.device, device)
      : this.passes(check.device, device) && this.passes(check.port, port)
  }

  passes(test: Test, value: string): boolean {
    switch (test.kind) {
      case 'always':
        return true
      case 'exact':
        return value === test.text
      case 'includes':
        return value.includes(test.text)
      case 'excludes':
        return !value.includes(test.text)
      case 'numbered':
        return value.startsWith(test.text) && /^[0-9]+$/.test(value.slice(test.text.length))
      case 'regex':
        return this.matches(test.regex, value)
    }
  }

  matches(regex: PythonRegex, value: string): boolean {
    return this.#linearAnswer(regex, value) ?? this.#verdictOn(regex, value)
  }

  /** The same few expressions meet the same values in pattern after pattern. */
  #linearAnswer(regex: PythonRegex, value: string): boolean | undefined {
    const known = this.#known.get(regex)
    if (known?.has(value)) return known.get(value)
    const answer = regex.test(value)
    if (this.#knownCount < MAX_KNOWN) {
      this.#knownCount += 1
      if (known === undefined) this.#known.set(regex, new Map([[value, answer]]))
      else known.set(value, answer)
    }
    return answer
  }

  #verdictOn(regex: PythonRegex, value: string): boolean {
    const pattern = regex.text
    const key = questionKey({ pattern, value })
    const verdict = this.#verdicts.get(key)
    if (verdict !== undefined) return verdict
    this.#asked = true
    if (!this.isFull) this.#questions.set(key, { pattern, ...regex.script(), value })
    return false
  }
}
