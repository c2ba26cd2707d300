import fc from 'fast-check'
import type { PoolCommand } from './pool-command.ts'

/** One step of a story: what is asked or done at the same time. Numbers choose among what is there. */
export type Step =
  | {
      readonly kind: 'ask'
      readonly asks: readonly Ask[]
      /** Saved while the servers are at work; its author read the file before that. */
      readonly edit: Edit | undefined
      readonly fault: Fault | undefined
    }
  | { readonly kind: 'edit'; readonly edit: Edit }
  | { readonly kind: 'wait'; readonly minutes: number }
  | { readonly kind: 'restart'; readonly process: number }

export type Ask = {
  readonly process: number
  readonly do: PoolCommand['do']
  readonly pool: number
  readonly node: number
  readonly label: string | undefined
  /** Which entry to free or to add, and to whom to reassign. */
  readonly entry: number
}

/**
 * What befalls a process so many ms after it was asked; or all of them at once, where the database
 * breaks off its connections.
 */
export type Fault = {
  readonly kind: 'kill' | 'stop for 30 ms' | 'break off'
  readonly process: number
  readonly afterMs: number
}

export type Edit = {
  readonly pool: number
  readonly saved: 'in place' | 'as a new file'
  readonly change: Change
  /** How many steps ago the file was read that is saved. */
  readonly age: number
}

export type Change =
  | { readonly do: 'set'; readonly entry: number; readonly value: Value }
  | { readonly do: 'add'; readonly at: number; readonly value: Value; readonly comment: string }
  | { readonly do: 'remove'; readonly entry: number }
  | { readonly do: 'comment'; readonly at: number; readonly text: string }
  | { readonly do: 'nothing' }

/** A value as written; a number chooses a node, in quotes or not. */
export type Value = string | { readonly node: number; readonly quote: string }

export const PROCESSES = 3
const POOLS = 2
const TEXTS = ['# spare', '', '   # by: hand', '# "x": null', '# ä – ✓']

const small = fc.nat({ max: 30 })
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('null', '', '~', 'None', 'false', '0', "''") },
  fc.record({ node: small, quote: fc.constantFrom('', "'", '"') }),
)

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ do: fc.constant('set' as const), entry: small, value }),
  fc.record({
    do: fc.constant('add' as const),
    at: small,
    value,
    comment: fc.constantFrom('', '  # new', '   '),
  }),
  fc.record({ do: fc.constant('remove' as const), entry: small }),
  fc.record({
    do: fc.constant('comment' as const),
    at: small,
    text: fc.constantFrom(...TEXTS),
  }),
  { weight: 2, arbitrary: fc.constant({ do: 'nothing' as const }) },
)

const edit: fc.Arbitrary<Edit> = fc.record({
  pool: fc.nat({ max: POOLS - 1 }),
  saved: fc.constantFrom('as a new file' as const, 'in place' as const),
  change,
  age: fc.oneof(fc.constant(0), fc.nat({ max: 6 })),
})

const ask: fc.Arbitrary<Ask> = fc.record({
  process: fc.nat({ max: PROCESSES - 1 }),
  do: fc.oneof(
    { weight: 6, arbitrary: fc.constant('allocate' as const) },
    { weight: 2, arbitrary: fc.constant('fail' as const) },
    { weight: 2, arbitrary: fc.constant('free' as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<PoolCommand['do']>(
        'confirm',
        'free key',
        'free node',
        'reassign',
        'add',
      ),
    },
  ),
  pool: fc.nat({ max: POOLS - 1 }),
  node: small,
  label: fc.option(fc.constantFrom('lo', '7'), { nil: undefined, freq: 1 }),
  entry: small,
})

/** Half of the groups are one node's, which asks several servers at once, in one pool. */
const asks: fc.Arbitrary<readonly Ask[]> = fc
  .tuple(fc.array(ask, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([all, areOneNodes]) => {
    const [first] = all
    if (first === undefined || !areOneNodes) return all
    const { node, label, pool } = first
    return all.map((each) => ({ ...each, node, label, pool }))
  })

const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom<Fault['kind']>('kill', 'stop for 30 ms', 'break off'),
  process: fc.nat({ max: PROCESSES - 1 }),
  afterMs: fc.nat({ max: 12 }),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      asks,
      edit: fc.option(edit, { nil: undefined, freq: 4 }),
      fault: fc.option(fault, { nil: undefined, freq: 2 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('edit' as const), edit }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      minutes: fc.constantFrom(5, 20, 61, 80),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('restart' as const),
      process: fc.nat({ max: PROCESSES - 1 }),
    }),
  },
)

/** A story, from the pools as `run` finds them. */
export const story: fc.Arbitrary<readonly Step[]> = fc.array(step, {
  minLength: 1,
  maxLength: 40,
  size: 'max',
})
