import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'libsql'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { createTurns } from '../../disk/turns.ts'
import { isBusy } from '../../pools/sqlite-file.ts'
import { LEDGER } from '../../sql/tables.ts'
import type { Row, RowChange } from './row.ts'
import type { ModelDatabase } from './sql-store.ts'

// A person with a client of the database. Nothing here may block: a server process that holds a lock
// may be stopped, and wait for this process to let it go on.

type Query = (text: string, values?: readonly (string | null)[]) => Promise<readonly Row[]>

/**
 * A transaction.
 *
 * @param locked tables that nobody writes meanwhile: what a dead process had under way is done or
 *   undone then
 */
type Talk = <T>(work: (query: Query) => Promise<T>, locked?: readonly string[]) => Promise<T>

/** An SQLite file. */
export async function modelSqlite(): Promise<ModelDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'ztps-model-'))
  const path = join(folder, 'resources.db')
  const remove = () => rm(folder, { recursive: true, force: true })
  return modelDatabase({ kind: 'sqlite', path }, '"key"', sqliteTalk(path), { remove })
}

export function modelPostgres(url: string): ModelDatabase {
  const talk = postgresTalk(url)
  const breakOff = () =>
    talk(async (query) => {
      await query(`select pg_terminate_backend(pid), null from pg_stat_activity
        where application_name = 'ztpserver'`)
    })
  return modelDatabase({ kind: 'postgres', url }, '"key"', talk, { breakOff })
}

export function modelMysql(url: string): ModelDatabase {
  const talk = oneAtATime(mysqlTalk(url))
  const breakOff = () =>
    talk(async (query) => {
      const others = await query(`select id, null from information_schema.processlist
        where user = substring_index(current_user(), '@', 1) and id <> connection_id()`)
      // One may be gone by itself meanwhile.
      for (const [id] of others) await query(`kill ${id}`).catch(() => undefined)
    })
  return modelDatabase({ kind: 'mysql', url }, '`key`', talk, { breakOff })
}

function modelDatabase(
  target: object,
  key: string,
  talk: Talk,
  {
    remove = async () => {},
    breakOff = async () => {},
  }: Partial<Pick<ModelDatabase, 'remove' | 'breakOff'>>,
): ModelDatabase {
  const names: string[] = []

  /** Our own notes are of the story before; there may be none yet. */
  async function forgetNotes(): Promise<void> {
    await talk((query) => query(`delete from ${LEDGER}`)).catch(() => undefined)
  }

  return {
    target,
    async fill(pool, rows) {
      await forgetNotes()
      await talk(async (query) => {
        if (!names.includes(pool)) {
          // One as ours, one as ZTPServer's users made them.
          const kind = names.length === 0 ? 'varchar(80) primary key' : 'varchar(80)'
          await query(`create table ${pool} (node_id varchar(255), ${key} ${kind})`)
          names.push(pool)
        }
        await query(`delete from ${pool}`)
        const insert = `insert into ${pool} (${key}, node_id) values (?, ?)`
        for (const row of rows) await query(insert, row)
      })
    },
    rows: (pool) =>
      talk(async (query) => {
        const rows = await query(`select ${key}, node_id from ${pool}`)
        return rows.map(([entry, holder]) => [entry, isFree(holder) ? null : holder])
      }, names),
    change: (pool, changes) =>
      talk(async (query) => {
        for (const change of changes) await changeRow(query, `${pool}`, key, change)
      }),
    breakOff,
    remove,
  }
}

async function changeRow(
  query: Query,
  pool: string,
  key: string,
  [entry, holder]: RowChange,
): Promise<void> {
  if (holder === undefined) {
    await query(`delete from ${pool} where ${key} = ?`, [entry])
    return
  }
  const found = await query(`select ${key}, node_id from ${pool} where ${key} = ?`, [entry])
  const change =
    found.length > 0
      ? `update ${pool} set node_id = ? where ${key} = ?`
      : `insert into ${pool} (node_id, ${key}) values (?, ?)`
  await query(change, [holder, entry])
}

/** As the specification lists what is free. */
function isFree(holder: string | null): boolean {
  return holder === null || holder === '' || holder === 'None'
}

function rowsOf(found: unknown): readonly Row[] {
  if (!Array.isArray(found)) return []
  return found.map((row): Row => {
    const [entry, holder] = Array.isArray(row) ? row : []
    return [String(entry), holder === null || holder === undefined ? null : String(holder)]
  })
}

function sqliteTalk(path: string): Talk {
  return async (work) => {
    const database = new Database(path, { timeout: 0 })
    const insist = async (statement: string): Promise<void> => {
      for (;;) {
        try {
          database.exec(statement)
          return
        } catch (thrown) {
          if (!isBusy(thrown)) throw thrown
        }
        await sleep(2)
      }
    }
    try {
      await insist('BEGIN IMMEDIATE')
      const done = await work(async (text, values = []) => {
        const statement = database.prepare(text)
        if (text.startsWith('select')) return rowsOf(statement.raw().all(...values))
        statement.run(...values)
        return []
      })
      await insist('COMMIT')
      return done
    } finally {
      database.close()
    }
  }
}

function postgresTalk(url: string): Talk {
  return (work, locked = []) =>
    unlessDeadlocked('40P01', async () => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      try {
        await client.query('begin')
        if (locked.length > 0) {
          await client.query(`lock table ${locked.join(', ')} in access exclusive mode`)
        }
        const done = await work(async (text, values = []) => {
          let place = 0
          const numbered = text.replace(/\?/g, () => {
            place += 1
            return `$${place}`
          })
          const query = { text: numbered, values: [...values], rowMode: 'array' as const }
          return rowsOf((await client.query(query)).rows)
        })
        await client.query('commit')
        return done
      } finally {
        await client.end()
      }
    })
}

/** Whoever ends all other connections must not end one of ours. */
function oneAtATime(talk: Talk): Talk {
  const turns = createTurns(1)
  return (work, locked) => turns.take(() => talk(work, locked))
}

function mysqlTalk(uri: string): Talk {
  return (work, locked = []) =>
    unlessDeadlocked('ER_LOCK_DEADLOCK', async () => {
      const connection = await createConnection({ uri, rowsAsArray: true })
      try {
        await connection.query('start transaction')
        if (locked.length > 0) {
          const tables = locked.map((table) => `${table} write`).join(', ')
          await connection.query(`lock tables ${tables}`)
        }
        const done = await work(async (text, values = []) => {
          return rowsOf((await connection.query(text, [...values]))[0])
        })
        await connection.query('commit')
        return done
      } finally {
        await connection.end()
      }
    })
}

/** Of two who wait for one another the database sends one away: it does it again. */
async function unlessDeadlocked<T>(code: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (thrown) {
      const isIt = thrown instanceof Error && 'code' in thrown && thrown.code === code
      if (!isIt) throw thrown
    }
  }
}
