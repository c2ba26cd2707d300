/** A Python regular expression as a tree; every flag is resolved into the parts it reaches. */
export type Regex =
  | CharSet
  | Position
  | { readonly kind: 'sequence'; readonly parts: readonly Regex[] }
  | { readonly kind: 'choice'; readonly options: readonly Regex[] }
  | { readonly kind: 'group'; readonly index: number; readonly body: Regex }
  | Repeat
  | { readonly kind: 'atomic'; readonly body: Regex }
  | { readonly kind: 'backreference'; readonly index: number; readonly ignoreCase: boolean }
  | Look

/** One character: a literal is a set of one. */
export type CharSet = {
  readonly kind: 'set'
  readonly negated: boolean
  readonly items: readonly CharItem[]
  readonly ignoreCase: boolean
  /** Whether `\w` and its like, and case, know only ASCII. */
  readonly ascii: boolean
}

export type CharItem = CodeRange | Category

/** Code points, both ends included. */
export type CodeRange = { readonly kind: 'range'; readonly from: number; readonly to: number }

export type Category = {
  readonly kind: 'category'
  readonly name: 'd' | 's' | 'w'
  readonly negated: boolean
}

export type Position = {
  readonly kind: 'position'
  /** `last` is Python's `$`: the end, or before a newline that ends the text. */
  readonly at: 'start' | 'line-start' | 'end' | 'last' | 'line-end' | 'boundary' | 'not-boundary'
  readonly ascii: boolean
}

export type Repeat = {
  readonly kind: 'repeat'
  readonly body: Regex
  readonly min: number
  readonly max: number
  readonly mode: 'greedy' | 'lazy' | 'possessive'
}

type Look = {
  readonly kind: 'look'
  readonly ahead: boolean
  readonly negated: boolean
  readonly body: Regex
}

/** Flags in force at a point of the expression. */
export type Flags = {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
  readonly verbose: boolean
  readonly ascii: boolean
}

export const NEWLINE = 0x0a

export function range(from: number, to = from): CodeRange {
  return { kind: 'range', from, to }
}

/** The parts directly inside a part. */
export function childrenOf(regex: Regex): readonly Regex[] {
  switch (regex.kind) {
    case 'sequence':
      return regex.parts
    case 'choice':
      return regex.options
    case 'set':
    case 'position':
    case 'backreference':
      return []
    default:
      return [regex.body]
  }
}

/** Whether some part, the whole included, has a property. */
export function somePart(regex: Regex, has: (part: Regex) => boolean): boolean {
  return has(regex) || childrenOf(regex).some((each) => somePart(each, has))
}
