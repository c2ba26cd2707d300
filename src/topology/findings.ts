import { type Diagnostic, hasErrors } from '../kernel/diagnostic.ts'
import type { Place } from '../yaml/document.ts'
import type { Reporter } from '../yaml/reporter.ts'
import type { Fault } from './operand.ts'

/** What is found wrong on the way through one file, or one pattern of it. */
export class Findings {
  readonly diagnostics: Diagnostic[] = []
  readonly #report: Reporter
  readonly #pattern: string | undefined

  /** @param pattern the name of the pattern at fault, if there is one */
  constructor(report: Reporter, pattern?: string) {
    this.#report = report
    this.#pattern = pattern
  }

  get failed(): boolean {
    return hasErrors(this.diagnostics)
  }

  error(place: Place, code: string, message: string): void {
    this.#add(place, code, message, 'error')
  }

  warning(place: Place, code: string, message: string): void {
    this.#add(place, code, message, 'warning')
  }

  fault(place: Place, { code, message }: Fault): void {
    this.error(place, code, message)
  }

  #add(place: Place, code: string, message: string, severity: Diagnostic['severity']): void {
    const pattern = this.#pattern === undefined ? {} : { pattern: this.#pattern }
    this.diagnostics.push(this.#report(place, { code, message, severity, ...pattern }))
  }
}
