import type { Promises } from './promises.ts'
import type { Act } from './rules.ts'
import type { Edit } from './steps.ts'
import type { Nature } from './world.ts'
import type { WrittenPool } from './written-pool.ts'

/** Where the pools of a story are kept: files, or tables of a database. */
export type ModelStore = {
  readonly nature: Nature
  /** How a server process opens it; as JSON. */
  readonly place: object
  /** What a pool looks like to `read`. */
  textOf(pool: WrittenPool): string
  /** What is there, by pool. */
  read(): Promise<ReadonlyMap<string, string>>
  plan(wish: Wish): Saving
  /** Ends the connections of all servers, where there are any. */
  breakOff(): Promise<void>
  /** Whether the next story takes place there too. */
  readonly staysOpen: boolean
  /** @throws Error when something is left that is no pool */
  expectTidy(): Promise<void>
  remove(): Promise<void>
}

/** What a person wants. */
export type Wish = {
  readonly pool: string
  readonly saved: Edit['saved']
  /** The pool as it was just now. */
  readonly newest: WrittenPool
  /** The pool that is to be. */
  readonly file: WrittenPool
  /** Whether nodes are served at the same time. */
  readonly isAmid: boolean
}

/** A person's edit, still to be carried out. */
export type Saving = {
  readonly pool: string
  /** What it means. */
  readonly act: Act
  /** For the chronicle. */
  readonly told: string
  carryOut(): Promise<void>
  /** Has the promises that it breaks forgotten. */
  breakPromises(promises: Promises, now: number): void
  /** Whether a node may lose an entry by it that it is told of at the same time. */
  mayTake(key: string): boolean
}

/** Makes the pools, by name. */
export type OpenStore = (pools: ReadonlyMap<string, WrittenPool>) => Promise<ModelStore>
