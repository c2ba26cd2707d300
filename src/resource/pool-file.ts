import { hasErrors, type Parsed } from '../kernel/diagnostic.ts'
import { normaliseMac, parseNodeId } from '../node/identity.ts'
import type { Place, YamlEntry, YamlMap, YamlNode } from '../yaml/document.ts'
import { setMapValues } from '../yaml/edit.ts'
import { describeNode, isNull } from '../yaml/lookup.ts'
import { parseYaml } from '../yaml/parse.ts'
import { type Reporter, reporterFor } from '../yaml/reporter.ts'
import { isFree } from './free.ts'
import { nodePart } from './holder.ts'
import { holderYaml } from './holder-yaml.ts'
import { changeLines, linesText, type PoolLines, readPoolLines } from './pool-lines.ts'

/** One value of a pool, and who has it. */
export type PoolEntry = {
  /** As written: `001122334455` is no octal number here. */
  readonly key: string
  /** `ID`, `ID/LABEL`, or whatever else stands there; null: free. */
  readonly holder: string | null
  readonly place: Place
}

/** A pool file as read. */
export type PoolFile = {
  /** In the file's order, which is the order of allocation. */
  readonly entries: readonly PoolEntry[]
  readonly text: PoolText
}

/** The text of a pool, in the form that is cheapest to change. */
export type PoolText =
  | { readonly kind: 'lines'; readonly lines: PoolLines }
  | { readonly kind: 'yaml'; readonly text: string }

/**
 * Reads `resources/POOL`: a YAML map of value → null or holder.
 *
 * An entry whose holder is no node id is held all the same: somebody set it aside.
 */
export function parsePool(text: string, file: string): Parsed<PoolFile> {
  const quick = readPoolLines(text)
  if (quick === undefined) return parseAsYaml(text, file)
  const diagnostics = strangers(quick.entries, reporterFor(text, file))
  const { entries, lines } = quick
  return { value: { entries, text: { kind: 'lines', lines } }, diagnostics }
}

function parseAsYaml(text: string, file: string): Parsed<PoolFile> {
  const { value: node, diagnostics } = parseYaml(text, file)
  if (node === undefined) return { value: undefined, diagnostics }
  const report = reporterFor(text, file)
  const map = poolMap(node)
  if (map === undefined) {
    const message = `a pool is a map, each line \`VALUE: null\`; this is ${describeNode(node)}`
    const found = report(node.place, { code: 'ZTP_INVALID_POOL', message })
    return { value: undefined, diagnostics: [...diagnostics, found] }
  }
  const entries = map.entries.map(entryOf)
  const found = [...diagnostics, ...strangers(entries, report)]
  const value: PoolFile = { entries, text: { kind: 'yaml', text } }
  return { value: hasErrors(found) ? undefined : value, diagnostics: found }
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

function strangers(entries: readonly PoolEntry[], report: Reporter): Parsed<never>['diagnostics'] {
  return entries.flatMap(({ key, holder, place }) => {
    if (holder === null || isNode(nodePart(holder))) return []
    const message = `${key} is held by ${JSON.stringify(holder)}, which is no node id; null frees it`
    return [report(place, { code: 'ZTP_INVALID_POOL', severity: 'warning', message })]
  })
}

function isNode(text: string): boolean {
  return parseNodeId(text) !== undefined || normaliseMac(text) !== undefined
}

/**
 * The pool with new holders; every other byte stays.
 *
 * @param changes key as written → holder, null for free; a key that the pool lacks is left out
 */
export function setHolders(
  pool: PoolText,
  changes: ReadonlyMap<string, string | null>,
): PoolText {
  const values = new Map([...changes].map(([key, holder]) => [key, holderYaml(holder)]))
  const lines = pool.kind === 'lines' ? changeLines(pool.lines, values) : undefined
  if (lines !== undefined) return { kind: 'lines', lines }
  return { kind: 'yaml', text: setMapValues(poolText(pool), changes) }
}

export function poolText(pool: PoolText): string {
  return pool.kind === 'lines' ? linesText(pool.lines) : pool.text
}
