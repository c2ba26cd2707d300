/** What a plain scalar without a tag is, by PyYAML's resolvers. */
export type ScalarType =
  | 'null'
  | 'bool'
  | 'int'
  | 'float'
  | 'timestamp'
  | 'str'
  /** `<<`: as a key it merges, elsewhere PyYAML refuses it. */
  | 'merge'
  /** `=`: as a key it is text, elsewhere PyYAML refuses it. */
  | 'value'

const WORDS: ReadonlyMap<string, ScalarType> = new Map([
  ...['', '~', 'null', 'Null', 'NULL'].map((each) => [each, 'null'] as const),
  ...['yes', 'no', 'true', 'false', 'on', 'off']
    .flatMap((each) => [each, each.toUpperCase(), each.charAt(0).toUpperCase() + each.slice(1)])
    .map((each) => [each, 'bool'] as const),
  ['<<', 'merge'],
  ['=', 'value'],
])

const LONGEST_WORD = 5

/** Nothing this long is meant as a number, and the expressions below take their time. */
const LONGEST_NUMBER = 10_000

/** PyYAML's, in its order; it tries them on what begins with a digit, a sign or a dot. */
const NUMERIC: readonly (readonly [ScalarType, RegExp])[] = [
  [
    'float',
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  ],
  [
    'int',
    /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  ],
  [
    'timestamp',
    /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)$/,
  ],
]

/** Resolves a plain scalar. */
export function implicitType(text: string): ScalarType {
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text)
    if (word !== undefined) return word
  }
  if (text.length > LONGEST_NUMBER || !startsNumeric(text.charCodeAt(0))) return 'str'
  return NUMERIC.find(([, form]) => form.test(text))?.[0] ?? 'str'
}

/** One of `+ - .` and the digits. */
function startsNumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46
}
