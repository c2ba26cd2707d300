/** One entry that we gave out. */
export type LedgerRow = {
  readonly key: string
  /** `ID` or `ID/LABEL`. */
  readonly holder: string
  /** When its holder was last told, about; ms since 1970. */
  readonly answeredAt: number
  /** When it was given out; ms since 1970. Undefined where nobody noted it. */
  readonly givenAt: number | undefined
  /** Whether its holder was told more than once. */
  readonly repeated: boolean
  /** `in use` once the node reported success. */
  readonly state: 'reserved' | 'in use'
}

/** Which content of a pool file is our own last one. */
export type PoolMark = {
  /** Different for each write by anyone. */
  readonly token: string
  /** The file as stat showed it after that write. */
  readonly stamp: string
}

/** What to write for one pool. */
export type LedgerChange = {
  readonly pool: string
  readonly mark?: PoolMark
  readonly put: readonly LedgerRow[]
  readonly forget: readonly string[]
}

/** @param row as the database gives it; undefined where there is none */
export function markOf(row: unknown): PoolMark | undefined {
  const { token, stamp } = fieldsOf(row)
  return typeof token === 'string' ? { token, stamp: String(stamp) } : undefined
}

/** @param row as the database gives it */
export function rowOf(row: unknown): LedgerRow {
  const { key, holder, answered_at, given_at, repeated, state } = fieldsOf(row)
  return {
    key: String(key),
    holder: String(holder),
    answeredAt: Number(answered_at),
    givenAt: typeof given_at === 'number' ? given_at : undefined,
    repeated: repeated === 1,
    state: state === 'in use' ? 'in use' : 'reserved',
  }
}

function fieldsOf(row: unknown): { readonly [column: string]: unknown } {
  return typeof row === 'object' && row !== null ? { ...row } : {}
}
