import { type PythonRegex, parsePythonRegex } from './python-regex.ts'
import type { InterfaceSource, Operand, ValidPattern } from './source.ts'

/** What a DEVICE or PORT asks of a value. */
export type Test =
  | { readonly kind: 'always' }
  | { readonly kind: 'exact' | 'includes' | 'excludes' | 'numbered'; readonly text: string }
  | { readonly kind: 'regex'; readonly regex: PythonRegex }

/** One interface pattern for one interface, or for any. */
export type Check = {
  /** The local interface; undefined where any will do. */
  readonly local: string | undefined
  readonly device: Test
  readonly port: Test
  readonly source: InterfaceSource
}

/** All that a pattern asks of a node. */
export type PatternChecks = {
  readonly model: PythonRegex | undefined
  /** What must not be seen. */
  readonly negative: readonly Check[]
  /** Of given interfaces. */
  readonly placed: readonly Check[]
  /** Of whichever interface; the same check several times where several interfaces must satisfy it. */
  readonly anywhere: readonly Check[]
}

/** Hands out one PythonRegex for one text: it keeps its compiled engine. */
export class RegexShelf {
  readonly #known = new Map<string, PythonRegex>()

  /** @param text an expression that was found valid when it was read */
  get(text: string): PythonRegex {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const parsed = parsePythonRegex(text)
    if (parsed.kind === 'bad') throw new TypeError(`'${text}' was not checked: ${parsed.reason}`)
    this.#known.set(text, parsed.regex)
    return parsed.regex
  }
}

/** The checks of a pattern; a list or range is one for each interface in it. */
export function checksOf(pattern: ValidPattern, regexes: RegexShelf): PatternChecks {
  const negative: Check[] = []
  const placed: Check[] = []
  const anywhere: Check[] = []
  for (const source of pattern.interfaces ?? []) {
    const device = testOf(source.device, regexes)
    const port = testOf(source.port, regexes)
    const into = isNegative(source) ? negative : source.local === 'any' ? anywhere : placed
    const locals = typeof source.local === 'string' ? [undefined] : source.local
    for (const local of locals) into.push({ local, device, port, source })
  }
  const model = pattern.model === null ? undefined : regexes.get(pattern.model)
  return { model, negative, placed, anywhere: shared(anywhere) }
}

/** Lines that ask the same become the same check, so that its candidates are looked for once. */
function shared(checks: readonly Check[]): readonly Check[] {
  const known = new Map<string, Check>()
  return checks.map((check) => {
    const key = JSON.stringify([check.source.device, check.source.port])
    const same = known.get(key) ?? check
    known.set(key, same)
    return same
  })
}

/** Whether the interface pattern says what must not be there. */
export function isNegative({ local, device, port }: InterfaceSource): boolean {
  return local === 'none' || device.kind === 'none' || port.kind === 'none'
}

/** A `none` beside something given asks nothing more of a neighbour that must not be there. */
function testOf(operand: Operand, regexes: RegexShelf): Test {
  switch (operand.kind) {
    case 'any':
    case 'none':
      return { kind: 'always' }
    case 'regex':
      return { kind: 'regex', regex: regexes.get(operand.text) }
    default:
      return operand
  }
}
