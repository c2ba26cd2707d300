import Database from 'libsql'
import type { Rows } from './database-servers.ts'

/**
 * Runs statements on an SQLite file as another program.
 *
 * @returns the rows of the last one, NULL as the word `NULL`
 */
export function sqliteRows(path: string, statements: string): Rows {
  const database = new Database(path, { timeout: 10_000 })
  try {
    const last = statements.split(';').at(-1) ?? ''
    if (!/^\s*(select|pragma)/i.test(last)) {
      database.exec(statements)
      return []
    }
    return database
      .prepare(last)
      .raw()
      .all()
      .map((row) => (Array.isArray(row) ? row.map((each) => String(each ?? 'NULL')) : []))
  } finally {
    database.close()
  }
}
