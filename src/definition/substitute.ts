import { ZtpError } from '../kernel/errors.ts'
import { isList, isMap, type Value, type ValueMap } from '../kernel/value.ts'
import { type Budget, checkDepth, createBudget } from './budget.ts'
import { type PluginCall, parseCall } from './plugin-call.ts'

/** What stands in a call's place. */
export type AnswerCall = (call: PluginCall) => Value

/** Replaces references and calls, at any depth of maps and lists. */
export type Substitution = {
  readonly budget: Budget
  /** @throws ZtpError ZTP_REFERENCE_CYCLE, ZTP_INVALID_DEFINITION */
  resolveMap(map: ValueMap): ValueMap
}

/**
 * @param scope what `$name` refers to: global scope and the attributes file, merged
 * @param answer asked for each call, as often as it is met
 */
export function createSubstitution(scope: ValueMap, answer: AnswerCall): Substitution {
  const budget = createBudget()
  const resolved = new Map<string, Value>()
  // Names being resolved, outermost first: the way round, should one of them come up again.
  const open: string[] = []
  let depth = 0

  function resolve(value: Value): Value {
    if (typeof value === 'string') return resolveText(value)
    if (isList(value)) return nested(() => value.map(resolve))
    if (isMap(value)) return nested(() => resolveEntries(value))
    return value
  }

  function resolveEntries(map: ValueMap): ValueMap {
    return new Map([...map].map(([key, value]) => [key, resolve(value)]))
  }

  /** What an action simply inherits is resolved once for all actions. */
  function resolveMap(map: ValueMap): ValueMap {
    const inherited = (key: string, value: Value) => scope.get(key) === value
    return new Map(
      [...map].map(([key, value]) => [
        key,
        inherited(key, value) ? attribute(key) : resolve(value),
      ]),
    )
  }

  function resolveText(text: string): Value {
    if (text.startsWith('$$')) return text.slice(1)
    if (text.startsWith('$')) return attribute(text.slice(1))
    const call = parseCall(text)
    return call ? answer(call) : text
  }

  function attribute(name: string): Value {
    const known = resolved.get(name)
    if (known !== undefined) return known
    const written = scope.get(name)
    if (written === undefined) return null
    if (open.includes(name)) throw cycle([...open.slice(open.indexOf(name)), name])
    open.push(name)
    const value = nested(() => resolve(written))
    open.pop()
    resolved.set(name, value)
    return value
  }

  function nested<T extends Value>(build: () => T): T {
    depth += 1
    checkDepth(depth)
    const built = build()
    depth -= 1
    budget.check(budget.sizeOf(built))
    return built
  }

  return { budget, resolveMap }
}

function cycle(names: readonly string[]): ZtpError {
  const way = names.map((name) => `$${name}`).join(' → ')
  return new ZtpError('ZTP_REFERENCE_CYCLE', `attributes refer to each other in a circle: ${way}`)
}
