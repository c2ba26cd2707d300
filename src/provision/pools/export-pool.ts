import { csvLine } from '../../kernel/csv.ts'
import type { PoolContents, PoolEntryStatus } from '../../resource/pool-admin.ts'
import { scalarText } from '../../yaml/quoting.ts'
import { COLUMNS, type PoolFormat } from './pool-format.ts'
import { poolLabel } from './pool-name.ts'

/** A pool as a text that `ztps pools import` takes: its lines, each with its line end. */
export function exportLines(contents: PoolContents, format: PoolFormat): Iterable<string> {
  switch (format) {
    case 'csv':
      return csvLines(contents)
    case 'json':
      return jsonLines(contents)
    case 'yaml':
      return yamlLines(contents)
  }
}

function* csvLines({ entries }: PoolContents): Generator<string> {
  yield csvLine(COLUMNS)
  for (const entry of entries) {
    yield csvLine([entry.key, entry.holder ?? '', entry.state, sinceText(entry) ?? ''])
  }
}

/** An entry a line: a program reads it whole, and a person may compare two exports. */
function* jsonLines({ kind, name, entries }: PoolContents): Generator<string> {
  yield `{"pool": ${JSON.stringify(poolLabel({ kind, name }))}, "entries": [`
  let separator = '\n'
  for (const entry of entries) {
    yield `${separator}${JSON.stringify(exportedEntry(entry))}`
    separator = ',\n'
  }
  yield '\n]}\n'
}

/** An entry as programs get it: `since` in ISO 8601, UTC. */
export function exportedEntry(entry: PoolEntryStatus) {
  const { key, holder, state } = entry
  return { key, holder, state, since: sinceText(entry) ?? null }
}

function sinceText({ since }: PoolEntryStatus): string | undefined {
  return since === undefined ? undefined : new Date(since).toISOString()
}

function* yamlLines({ entries }: PoolContents): Generator<string> {
  for (const { key, holder } of entries) {
    yield `${scalarText(key)}: ${holder === null ? 'null' : scalarText(holder)}\n`
  }
}
