import { parsePythonRegex } from './python-regex.ts'
import type { Operand } from './source.ts'
import { suggestion } from './suggest.ts'

/** Something wrong with a text; the place is known to whoever read it. */
export type Fault = { readonly kind: 'fault'; readonly code: string; readonly message: string }

export type ParsedOperand = { readonly kind: 'operand'; readonly operand: Operand } | Fault

/** What an operand may refer to. */
export type Scope = {
  /** The text that a variable stands for; undefined when there is none of that name. */
  variable(name: string): string | undefined
  /** What is wrong with a regular expression; undefined when nothing is. */
  regexProblem(text: string): Fault | undefined
}

const FUNCTIONS = ['exact', 'regex', 'includes', 'excludes'] as const
const CALL = /^(\w+)\((.*)\)$/s
const QUOTED = /^\s*(['"])(.*)\1\s*$/s

export function fault(code: string, message: string): Fault {
  return { kind: 'fault', code, message }
}

/**
 * Reads a DEVICE or PORT: `any`, `none`, `$VARIABLE`, a function of one quoted argument, or a plain
 * string.
 *
 * A variable may stand for another variable; a circle is an error.
 *
 * @param role a port may end in `$`, which stands for any number there
 */
export function parseOperand(text: string, role: 'device' | 'port', scope: Scope): ParsedOperand {
  const seen: string[] = []
  let resolved = text.trim()
  while (resolved.startsWith('$')) {
    const name = resolved.slice(1)
    if (seen.includes(name)) {
      return fault('ZTP_UNKNOWN_VARIABLE', `variable '${name}' refers to itself`)
    }
    const next = scope.variable(name)
    if (next === undefined) return undefinedVariable(name)
    seen.push(name)
    resolved = next.trim()
  }
  const read = parseResolved(resolved, role, scope)
  if (read.kind !== 'fault') return { kind: 'operand', operand: read }
  const by = seen.map((name) => `$${name}: `).join('')
  return fault(read.code, by + read.message)
}

function undefinedVariable(name: string): Fault {
  const message = name === '' ? "'$' names no variable" : `variable '${name}' is not defined`
  return fault('ZTP_UNKNOWN_VARIABLE', message)
}

function parseResolved(text: string, role: 'device' | 'port', scope: Scope): Operand | Fault {
  if (text === '') return fault('ZTP_INVALID_NEIGHBOR', `the ${role} is empty: write any for any`)
  if (text === 'any' || text === 'none') return { kind: text }
  const [, name, argument] = CALL.exec(text) ?? []
  if (name !== undefined && argument !== undefined) return parseCall(text, name, argument, scope)
  if (/\s/.test(text)) {
    return fault(
      'ZTP_INVALID_NEIGHBOR',
      `${role} '${text}' has white space: write exact('${text}')`,
    )
  }
  if (role === 'port' && text.endsWith('$')) return { kind: 'numbered', text: text.slice(0, -1) }
  return { kind: 'exact', text }
}

function parseCall(text: string, name: string, argument: string, scope: Scope): Operand | Fault {
  const kind = FUNCTIONS.find((each) => each === name)
  if (kind === undefined) {
    const known = `the functions are ${FUNCTIONS.join(', ')}${suggestion(name, FUNCTIONS)}`
    return fault('ZTP_UNKNOWN_FUNCTION', `unknown function '${name}': ${known}`)
  }
  const quoted = QUOTED.exec(argument)?.[2]
  if (quoted === undefined) {
    return fault('ZTP_INVALID_ARGUMENT', `${text}: write ${name}('…') with one quoted argument`)
  }
  const problem = kind === 'regex' ? scope.regexProblem(quoted) : undefined
  return problem ?? { kind, text: quoted }
}

/** What is wrong with a regular expression, undefined when nothing is. */
export function regexProblem(text: string): Fault | undefined {
  const parsed = parsePythonRegex(text)
  if (parsed.kind === 'regex') return undefined
  return fault('ZTP_INVALID_REGEX', `invalid regular expression '${text}': ${parsed.reason}`)
}
