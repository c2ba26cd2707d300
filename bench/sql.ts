import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'libsql'
import { startPostgres } from '../src/store/sql/testing/database-servers.ts'
import { addNodes, addresses, askAll, demandDistinct, poolFile } from './allocation.ts'
import { addFiles, makeDataRoot } from './data-root.ts'
import type { Measured } from './load.ts'
import {
  type Check,
  count,
  type Effort,
  inRounds,
  type Row,
  rate,
  type Scenario,
} from './scenario.ts'
import { type Server, withServer } from './server.ts'
import { median, medianLatency } from './statistics.ts'
import { medianCpu } from './steady.ts'

const ENTRIES = 100_000
const AT_ONCE = 1_000
/** Of the file pool's rate. */
const LEAST_SHARE = 0.5

/** Where pools of one kind are, and the plugin that allocates from them. */
type Kind = {
  readonly plugin: 'allocate' | 'sqlite' | 'postgres'
  readonly what: string
  /** Makes a pool in which everything is free. */
  fill(folder: string, pool: string): void
}

const FILES: Kind = {
  plugin: 'allocate',
  what: 'a file',
  fill: (folder, pool) => addFiles(folder, { [`resources/${pool}`]: poolFile(ENTRIES) }),
}

const SQLITE: Kind = {
  plugin: 'sqlite',
  what: 'a table of SQLite',
  fill(folder, pool) {
    const path = join(folder, 'data/db/resources.db')
    mkdirSync(dirname(path), { recursive: true })
    const database = new Database(path)
    database.exec(tableOf(pool))
    database.close()
  },
}

export const sql: Scenario = {
  name: 'sql',
  async run(folder, effort) {
    makeDataRoot(folder, {})
    const postgres = await startedPostgres()
    if (postgres === undefined) return inTurn(folder, effort, [FILES, SQLITE], '')
    try {
      const database = postgres.createDatabase()
      const kind: Kind = {
        plugin: 'postgres',
        what: 'a table of PostgreSQL',
        fill(_folder, pool) {
          database.sql(`set role ${postgres.user}; ${tableOf(pool)}`)
        },
      }
      const section = `[postgres]\nurl = ${database.url}\n`
      return await inTurn(folder, effort, [FILES, SQLITE, kind], section)
    } finally {
      await postgres.remove()
    }
  },
}

/** @returns undefined where it is not installed */
async function startedPostgres() {
  try {
    return await startPostgres()
  } catch (thrown) {
    console.error(`sql: without PostgreSQL: ${thrown}`)
    return undefined
  }
}

/** As ZTPServer's users have them: no key, no index. */
function tableOf(pool: string): string {
  const rows = addresses(ENTRIES).map((each) => `(NULL, '${each}')`)
  return (
    `create table ${pool} (node_id varchar(255), "key" varchar(80));` +
    `insert into ${pool} (node_id, "key") values ${rows.join(', ')};`
  )
}

/** One round of each kind after the other, so that what is compared has the same neighbours. */
async function inTurn(
  folder: string,
  effort: Effort,
  kinds: readonly Kind[],
  sections: string,
): Promise<readonly Row[]> {
  // The first round warms up and does not count.
  for (let round = 0; round <= effort.rounds; round += 1) {
    for (const kind of kinds) {
      const pool = poolOf(kind, round)
      kind.fill(folder, pool)
      addNodes(folder, [`first-${pool}`, ...idsOf(pool)], `${kind.plugin}('${pool}')`)
    }
  }
  const rounds = await withServer(
    folder,
    async (server) => {
      await oneOfEach(server, kinds, 0)
      return inRounds(effort.rounds, (round) => oneOfEach(server, kinds, round))
    },
    sections,
  )
  return rowsOf(kinds, rounds)
}

function poolOf({ plugin }: Kind, round: number): string {
  return `pool_${plugin}_${round}`
}

function idsOf(pool: string): readonly string[] {
  return Array.from({ length: AT_ONCE }, (_, at) => `${pool}-${at}`)
}

async function oneOfEach(
  server: Server,
  kinds: readonly Kind[],
  round: number,
): Promise<readonly Measured[]> {
  const results: Measured[] = []
  for (const kind of kinds) {
    const pool = poolOf(kind, round)
    demandDistinct(await askAll(server, [`first-${pool}`], 1), 1)
    results.push(demandDistinct(await askAll(server, idsOf(pool), AT_ONCE), AT_ONCE))
  }
  return results
}

function rowsOf(kinds: readonly Kind[], rounds: readonly (readonly Measured[])[]): readonly Row[] {
  const resultsOf = (at: number) => rounds.flatMap((round) => round[at] ?? [])
  const rateOf = (at: number) =>
    median(resultsOf(at).map(({ answers, seconds }) => answers / seconds))
  return kinds.map(({ what }, at) => {
    const results = resultsOf(at)
    return {
      what: `allocate from ${what}, ${count(ENTRIES)} entries, ${count(AT_ONCE)} nodes at once`,
      measured: rate(rateOf(at)),
      latency: medianLatency(results.map(({ latency }) => latency)),
      cpu: medianCpu(results),
      ...(at === 0 ? { checks: [] } : compared(rateOf(at) / rateOf(0))),
    }
  })
}

function compared(share: number): { readonly checks: readonly Check[]; readonly note: string } {
  return {
    checks: [{ target: `≥ ${LEAST_SHARE} × the file pool`, met: share >= LEAST_SHARE }],
    note: `no duplicate; ${count(share)} × the file pool in the same run`,
  }
}
