import type { Row, RowChange } from './row.ts'
import type { ModelStore, OpenStore } from './store.ts'
import { entries, holderIn, holderOf, type WrittenPool } from './written-pool.ts'

/** A database, for one story after the other. */
export type ModelDatabase = {
  /** How a server process opens it. */
  readonly target: object
  /** Makes a pool just so. */
  fill(pool: string, rows: readonly Row[]): Promise<void>
  rows(pool: string): Promise<readonly Row[]>
  /** All in one transaction; a row that is not there yet is made. */
  change(pool: string, changes: readonly RowChange[]): Promise<void>
  /** Ends the connections of all servers. */
  breakOff(): Promise<void>
  remove(): Promise<void>
}

/** Pools in the tables of a database. */
export function openSqlStore(database: ModelDatabase): OpenStore {
  return async (pools) => {
    for (const [name, file] of pools) await database.fill(name, rowsOf(file))
    return sqlStore(database, [...pools.keys()])
  }
}

function sqlStore(database: ModelDatabase, names: readonly string[]): ModelStore {
  return {
    nature: { writesBack: false, isAtomic: true, givesFirst: false },
    place: database.target,
    textOf: (file) => textOf(rowsOf(file)),
    async read() {
      const texts = names.map(async (name) => [name, textOf(await database.rows(name))] as const)
      return new Map(await Promise.all(texts))
    },
    plan({ pool, newest, file, isAmid }) {
      const changes = differences(newest, file).map(([key, holder]): RowChange => {
        // Two statements of a server may see a row before and after somebody gives it to a node.
        return [key, isAmid && holder ? null : holder]
      })
      const keys = new Set(changes.map(([key]) => key))
      return {
        pool,
        act: { do: 'patch', pool, changes },
        told: `changed: ${JSON.stringify(changes)}`,
        carryOut: () => database.change(pool, changes),
        breakPromises: (promises) => promises.released((_holder, key) => keys.has(key)),
        mayTake: (key) => keys.has(key),
      }
    },
    breakOff: database.breakOff,
    // Its servers may go on with the next story.
    staysOpen: true,
    async expectTidy() {},
    async remove() {},
  }
}

function rowsOf(file: WrittenPool) {
  return entries(file).map((line) => [line.key, holderOf(line)] as const)
}

function textOf(rows: readonly Row[]): string {
  return rows
    .map(([key, holder]) => `${key}: ${holder}\n`)
    .toSorted()
    .join('')
}

function differences(before: WrittenPool, after: WrittenPool): readonly RowChange[] {
  const gone = entries(before).filter(({ key }) => holderIn(after, key) === undefined)
  const changed = rowsOf(after).filter(([key, holder]) => holderIn(before, key) !== holder)
  return [...gone.map(({ key }): RowChange => [key, undefined]), ...changed]
}
