import type { Diagnostic } from '../../kernel/diagnostic.ts'
import type { Place } from '../document.ts'
import type { Reporter } from '../reporter.ts'
import type { YamlProblemCode } from './fault.ts'

/** More of a kind help nobody, and a file may have millions. */
const MOST = 100

/** Collects what is wrong with a text, the first hundred errors and the first hundred warnings. */
export class Problems {
  readonly #report: Reporter
  readonly #errors: Diagnostic[] = []
  readonly #warnings: Diagnostic[] = []

  constructor(report: Reporter) {
    this.#report = report
  }

  error(place: Place, code: YamlProblemCode, message: string): void {
    if (this.#errors.length < MOST) this.#errors.push(this.#report(place, { code, message }))
  }

  warn(place: Place, code: YamlProblemCode, message: string): void {
    if (this.#warnings.length === MOST) return
    this.#warnings.push(this.#report(place, { code, message, severity: 'warning' }))
  }

  get failed(): boolean {
    return this.#errors.length > 0
  }

  /** In the order of the file. */
  all(): readonly Diagnostic[] {
    return [...this.#errors, ...this.#warnings].sort(
      (a, b) => a.line - b.line || a.column - b.column,
    )
  }
}
