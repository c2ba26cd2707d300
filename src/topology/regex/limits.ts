import { RegexError } from './scanner.ts'
import { childrenOf, type Regex } from './syntax.ts'

/** As re2js has it: how often repetitions inside each other may repeat something. */
const MAX_REPEATS = 1000
/** Characters of the expression with every repetition written out. */
const MAX_SIZE = 4000

/**
 * Refuses what would take too much memory or time to compile, what Python refuses about
 * look-behinds, and what JavaScript would understand differently about back-references.
 *
 * @throws RegexError
 */
export function checkLimits(regex: Regex): void {
  const size = sizeOf(regex, 1)
  if (size > MAX_SIZE) throw new RegexError(`its repetitions are too large: ${size} characters`)
  checkLookBehinds(regex)
  groupsSetBy(regex, new Set())
}

function sizeOf(regex: Regex, repeats: number): number {
  if (regex.kind !== 'repeat') {
    return childrenOf(regex).reduce((sum, each) => sum + sizeOf(each, repeats), 1)
  }
  const { min, max } = regex
  const times = Math.max(1, Number.isFinite(max) ? max : min + 1)
  if (times * repeats > Math.max(MAX_REPEATS, repeats)) {
    throw new RegexError(`something is repeated more than ${MAX_REPEATS} times`)
  }
  return times * sizeOf(regex.body, repeats * times)
}

/** Python wants to know how far to look behind. */
function checkLookBehinds(regex: Regex): void {
  if (regex.kind === 'look' && !regex.ahead && widthOf(regex.body) === undefined) {
    throw new RegexError('a look-behind must have a fixed width')
  }
  for (const each of childrenOf(regex)) checkLookBehinds(each)
}

/** How many characters it always takes; undefined when that varies. */
function widthOf(regex: Regex): number | undefined {
  switch (regex.kind) {
    case 'set':
      return 1
    case 'position':
    case 'look':
      return 0
    case 'backreference':
      return undefined
    case 'sequence':
      return regex.parts.map(widthOf).reduce(plus, 0)
    case 'choice':
      return regex.options.map(widthOf).reduce((one, other) => (one === other ? one : undefined))
    case 'repeat':
      return regex.min === regex.max ? times(widthOf(regex.body), regex.min) : undefined
    default:
      return widthOf(regex.body)
  }
}

function plus(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other
}

function times(width: number | undefined, count: number): number | undefined {
  return width === undefined ? undefined : width * count
}

/**
 * The groups that have certainly matched once the part has, given those before it.
 *
 * A reference to a group that took no part fails in Python and matches nothing in JavaScript, so a
 * reference must stand where its group is certain.
 */
function groupsSetBy(regex: Regex, before: ReadonlySet<number>): ReadonlySet<number> {
  switch (regex.kind) {
    case 'backreference':
      if (before.has(regex.index)) return before
      throw new RegexError(
        `a reference to group ${regex.index}, which may not have matched, cannot be translated`,
      )
    case 'sequence':
      return regex.parts.reduce((set, each) => groupsSetBy(each, set), before)
    case 'choice':
      return inEvery(regex.options.map((each) => groupsSetBy(each, before)))
    case 'group':
      return new Set([...groupsSetBy(regex.body, before), regex.index])
    case 'repeat': {
      const after = groupsSetBy(regex.body, before)
      return regex.min > 0 ? after : before
    }
    case 'look': {
      const after = groupsSetBy(regex.body, before)
      return regex.negated ? before : after
    }
    case 'atomic':
      return groupsSetBy(regex.body, before)
    default:
      return before
  }
}

function inEvery(sets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  const [first = new Set<number>(), ...others] = sets
  return new Set([...first].filter((each) => others.every((other) => other.has(each))))
}
