import { parseJsonText } from '../../node/json-text.ts'
import { type EntriesText, type EntryReading, readEntry } from './read-entry.ts'

const SHAPE = '{"entries": [{"key": …, "holder": …, "state": …, "since": …}, …]}'

/** Reads what `ztps pools export --format json` writes, or just its list; an item may be a key. */
export function readJsonEntries(text: string): EntriesText {
  const parsed = parseJsonText(text.replace(/^\ufeff/, ''))
  if (parsed.kind === 'bad') return { items: [], faults: [{ problem: parsed.reason }] }
  const list = Array.isArray(parsed.json) ? parsed.json : fieldsOf(parsed.json).entries
  if (!Array.isArray(list)) return { items: [], faults: [{ problem: `this is not ${SHAPE}` }] }
  return { items: list.map(readItem), faults: [] }
}

function readItem(item: unknown): EntryReading {
  const { key, holder, state, since } = isKey(item) ? { key: item } : fieldsOf(item)
  if (!isKey(key)) return { problem: 'it has no key, which is a text or a number' }
  for (const [name, value] of Object.entries({ holder, state, since })) {
    if (typeof (value ?? '') !== 'string') return { problem: `its ${name} is no text` }
  }
  return readEntry({
    key: String(key),
    holder: textOf(holder),
    state: textOf(state),
    since: textOf(since),
  })
}

function isKey(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isSafeInteger(value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

type Fields = { readonly [name in 'key' | 'holder' | 'state' | 'since' | 'entries']?: unknown }

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
