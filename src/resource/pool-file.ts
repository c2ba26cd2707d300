import { type Diagnostic, hasErrors, type Parsed } from '../kernel/diagnostic.ts'
import { normaliseMac, parseNodeId } from '../node/identity.ts'
import type { Place, YamlEntry, YamlMap, YamlNode } from '../yaml/document.ts'
import { setMapValues } from '../yaml/edit.ts'
import { describeNode, isNull } from '../yaml/lookup.ts'
import { parseYaml } from '../yaml/parse.ts'
import { readPoolLines, setPoolLines } from '../yaml/pool-lines.ts'
import { reporterFor } from '../yaml/reporter.ts'
import { isFree, isFreeText } from './free.ts'
import { nodePart } from './holder.ts'

/** One value of a pool, and who has it. */
export type PoolEntry = {
  /** As written: `001122334455` is no octal number here. */
  readonly key: string
  /** `ID`, `ID/LABEL`, or whatever else stands there; null: free. */
  readonly holder: string | null
  readonly place: Place
}

/**
 * Reads `resources/POOL`: a YAML map of value → null or holder.
 *
 * An entry whose holder is no node id is held all the same: somebody set it aside.
 *
 * @returns the entries in the file's order, which is the order of allocation
 */
export function parsePool(text: string, file: string): Parsed<readonly PoolEntry[]> {
  const entries = lineEntries(text)
  if (entries === undefined) return parseAsYaml(text, file)
  return { value: entries, diagnostics: strangers(entries, text, file) }
}

/** @returns undefined for a text that is more than lines of `KEY: VALUE`, or has a key twice */
function lineEntries(text: string): readonly PoolEntry[] | undefined {
  const lines = readPoolLines(text)
  if (lines === undefined || lines.size === 0) return undefined
  const lineOf = countLines(text)
  const entries = Array.from({ length: lines.size }, (_, at) => {
    const value = lines.value(at)
    const { start } = lines.span(at)
    const isQuoted = /['"]/.test(text[start] ?? '')
    const holder = isFreeText(value, isQuoted) ? null : value
    return { key: lines.key(at), holder, place: { line: lineOf(start), column: 1 } }
  })
  return new Set(entries.map((entry) => entry.key)).size === entries.length ? entries : undefined
}

/** The line of an offset; the offsets asked for must not decrease. */
function countLines(text: string): (offset: number) => number {
  let line = 1
  let next = text.indexOf('\n')
  return (offset) => {
    while (next >= 0 && next < offset) {
      line += 1
      next = text.indexOf('\n', next + 1)
    }
    return line
  }
}

function parseAsYaml(text: string, file: string): Parsed<readonly PoolEntry[]> {
  const { value: node, diagnostics } = parseYaml(text, file)
  if (node === undefined) return { value: undefined, diagnostics }
  const map = poolMap(node)
  if (map === undefined) {
    const message = `a pool is a map, each line \`VALUE: null\`; this is ${describeNode(node)}`
    const found = reporterFor(text, file)(node.place, { code: 'ZTP_INVALID_POOL', message })
    return { value: undefined, diagnostics: [...diagnostics, found] }
  }
  const entries = map.entries.map(entryOf)
  const found = [...diagnostics, ...strangers(entries, text, file)]
  return { value: hasErrors(found) ? undefined : entries, diagnostics: found }
}

/** An empty file is a pool without entries. */
function poolMap(node: YamlNode): YamlMap | undefined {
  if (isNull(node)) return { kind: 'map', entries: [], place: node.place }
  return node.kind === 'map' ? node : undefined
}

function entryOf({ key, value }: YamlEntry): PoolEntry {
  const text = value.kind === 'scalar' ? value.text : describeNode(value)
  return { key: key.text, holder: isFree(value) ? null : text, place: key.place }
}

/** Warnings for holders that no node can be. */
function strangers(
  entries: readonly PoolEntry[],
  text: string,
  file: string,
): readonly Diagnostic[] {
  const report = reporterFor(text, file)
  return entries.flatMap(({ key, holder, place }) => {
    const message = strangerIn(key, holder)
    if (message === undefined) return []
    return [report(place, { code: 'ZTP_INVALID_POOL', severity: 'warning', message })]
  })
}

/** @returns a warning where the holder is one that no node can be */
export function strangerIn(key: string, holder: string | null): string | undefined {
  if (holder === null || isNode(nodePart(holder))) return undefined
  return `${key} is held by ${JSON.stringify(holder)}, which is no node id; null frees it`
}

function isNode(text: string): boolean {
  return parseNodeId(text) !== undefined || normaliseMac(text) !== undefined
}

/**
 * The pool's text with new holders; every other byte stays.
 *
 * @param changes key as written → holder, null for free
 * @throws ZtpError ZTP_INVALID_POOL when the way a value is written does not let it be changed
 */
export function setHolders(text: string, changes: ReadonlyMap<string, string | null>): string {
  const lines = readPoolLines(text)
  if (lines === undefined) return setMapValues(text, changes)
  const places = new Map<string, number>()
  for (let at = 0; at < lines.size; at += 1) {
    // Of duplicate keys the last counts.
    if (changes.has(lines.key(at))) places.set(lines.key(at), at)
  }
  const values = new Map([...places].map(([key, at]) => [at, changes.get(key) ?? null]))
  return setPoolLines(text, lines, values)
}
