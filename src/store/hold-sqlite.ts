/**
 * Loads SQLite's library for as long as the process lives; for `hold` of a worker's options.
 *
 * Node unloads a native library with the last worker that loaded it. This one has threads of its own,
 * and a process on a busy machine ended by SIGSEGV now and then when its workers had ended.
 */
export function holdSqlite(): Promise<unknown> {
  return import('libsql')
}
