/**
 * Loads SQLite's library for as long as the process lives; for `hold` of a worker's options.
 *
 * Node unloads a native library with the last worker that loaded it, and this one has threads of its
 * own (docs/decisions/0013-hold-sqlite.md).
 */
export function holdSqlite(): Promise<unknown> {
  return import('libsql')
}
