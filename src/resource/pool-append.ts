import { formatDiagnostic } from '../kernel/diagnostic.ts'
import { ZtpError } from '../kernel/errors.ts'
import { keyText } from '../yaml/pool-lines.ts'
import { scalarText } from '../yaml/quoting.ts'
import { type PoolEntry, parsePool } from './pool-file.ts'

/** A line to write at the end of a pool; null: free. */
export type NewLine = { readonly key: string; readonly holder: string | null }

/** A root that is there but empty: nothing can follow it. */
const EMPTY_ROOT = /^((?:---[ \t]+)?)(?:\{[ \t]*\}|null|Null|NULL|~)(?=[ \t]*(?:#.*)?\r?$)/m

/**
 * The pool's text with lines at its end; every other byte stays.
 *
 * @param added keys that the pool does not have
 * @param file the path as the operator knows it
 * @throws ZtpError ZTP_INVALID_POOL when the text is no pool, or written in a way that lets nothing
 *   follow, a flow map (`{…}`) for one
 */
export function appendLines(text: string, added: readonly NewLine[], file: string): string {
  if (added.length === 0) return text
  const before = entriesOf(text, file)
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const indent = ' '.repeat((before.at(-1)?.place.column ?? 1) - 1)
  const lines = added.map(({ key, holder }) => {
    const value = holder === null ? 'null' : scalarText(holder)
    return `${indent}${keyText(key)}: ${value}${newline}`
  })
  const open = before.length === 0 ? text.replace(EMPTY_ROOT, '$1') : text
  const gap = /[^\r\n\ufeff]$/.test(open) ? newline : ''
  const result = open + gap + lines.join('')
  if (!isContinuation(result, [...before, ...added], file)) {
    const reason = 'entries cannot be appended: it is more than lines of `VALUE: null`'
    throw new ZtpError('ZTP_INVALID_POOL', `${file}: ${reason} (a flow map, say); add them by hand`)
  }
  return result
}

function entriesOf(text: string, file: string): readonly PoolEntry[] {
  const { value, diagnostics } = parsePool(text, file)
  if (value !== undefined) return value
  throw new ZtpError('ZTP_INVALID_POOL', diagnostics.map(formatDiagnostic).join('; '))
}

function isContinuation(text: string, wanted: readonly NewLine[], file: string): boolean {
  const entries = parsePool(text, file).value
  if (entries?.length !== wanted.length) return false
  return entries.every(({ key, holder }, at) => {
    const want = wanted[at]
    return key === want?.key && holder === want.holder
  })
}
