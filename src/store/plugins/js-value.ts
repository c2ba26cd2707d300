import { Float, type Value } from '../../kernel/value.ts'

/**
 * A value of JavaScript as one that JSON has.
 *
 * Whole numbers that JavaScript holds exactly are integers, bigints too; any other number is a
 * float. Maps with texts for keys are objects.
 *
 * @param refuse makes what is thrown of a sentence that says what is none, and where: undefined, a
 *   function, NaN, a circle, an object of a class
 */
export function valueOfJs(given: unknown, refuse: (reason: string) => Error): Value {
  // Those being read, outermost first: what is met again inside itself has no end.
  const open = new Set<object>()

  function read(each: unknown, at: string): Value {
    switch (typeof each) {
      case 'string':
      case 'boolean':
      case 'bigint':
        return each
      case 'number':
        if (!Number.isFinite(each)) throw refuse(`${at} is ${each}${NOT_JSON}`)
        return Number.isSafeInteger(each) ? each : new Float(each)
      case 'object':
        return each === null ? null : nested(each, at)
      default:
        throw refuse(`${at} is ${described(each)}${NOT_JSON}`)
    }
  }

  function nested(each: object, at: string): Value {
    if (open.has(each)) throw refuse(`${at} contains itself`)
    open.add(each)
    const built = Array.isArray(each)
      ? Array.from(each, (item, index) => read(item, `${at}[${index}]`))
      : new Map(entriesOf(each, at).map(([key, item]) => [key, read(item, `${at}.${key}`)]))
    open.delete(each)
    return built
  }

  function entriesOf(each: object, at: string): readonly (readonly [string, unknown])[] {
    if (each instanceof Map) return [...each].map(([key, item]) => [keyOf(key, at), item])
    const prototype: unknown = Object.getPrototypeOf(each)
    if (prototype === null || prototype === Object.prototype) return Object.entries(each)
    throw refuse(`${at} is ${described(each)}${NOT_JSON}`)
  }

  function keyOf(key: unknown, at: string): string {
    if (typeof key === 'string') return key
    throw refuse(`a key of ${at} is ${described(key)}, not text`)
  }

  return read(given, 'the value')
}

const NOT_JSON = ', which JSON does not have'

function described(each: unknown): string {
  if (each === undefined || each === null) return String(each)
  if (typeof each !== 'object') return `a ${typeof each}`
  return `an object of class ${each.constructor?.name || 'unknown'}`
}
