import { type Diagnostic, hasErrors, type Parsed } from '../kernel/diagnostic.ts'
import { normaliseMac, parseNodeId } from '../node/identity.ts'
import type { Place, YamlEntry, YamlMap, YamlNode } from '../yaml/document.ts'
import { describeNode, isNull } from '../yaml/lookup.ts'
import { parseYaml } from '../yaml/parse.ts'
import { keyOfLine, readPoolLines, valueOfLine } from '../yaml/pool-lines.ts'
import { isPlainText } from '../yaml/pool-text.ts'
import { type Reporter, reporterFor } from '../yaml/reporter.ts'
import { LF } from '../yaml/syntax/chars.ts'
import { isFree } from './free.ts'
import { nodePart } from './holder.ts'
import { isFreeLine } from './lines-index.ts'
import { readRange } from './pool-range.ts'

/** One value of a pool, and who has it. */
export type PoolEntry = {
  /** As written: `001122334455` is no octal number here. */
  readonly key: string
  /** `ID`, `ID/LABEL`, or whatever else stands there; null: free. */
  readonly holder: string | null
  readonly place: Place
}

/**
 * Reads `resources/POOL`, a YAML map of value → null or holder, and finds what is wrong with it.
 *
 * An entry whose holder is no node id is held all the same: somebody set it aside.
 *
 * @returns the entries in the file's order, which is the order of allocation
 */
export function parsePool(text: string, file: string): Parsed<readonly PoolEntry[]> {
  const entries = lineEntries(text)
  const { value, diagnostics } =
    entries === undefined ? parsePoolYaml(text, file) : { value: entries, diagnostics: [] }
  const findings = value === undefined ? [] : findingsIn(value, reporterFor(text, file))
  return { value, diagnostics: [...diagnostics, ...findings] }
}

/** @returns undefined for a text that is more than lines of `KEY: VALUE`, or has a key twice */
function lineEntries(text: string): readonly PoolEntry[] | undefined {
  const bytes = Buffer.from(text)
  if (!isPlainText(bytes)) return undefined
  const lineOf = countLines(bytes)
  const entries: PoolEntry[] = []
  const isSimple = readPoolLines(bytes, (line) => {
    const holder = isFreeLine(bytes, line) ? null : valueOfLine(bytes, line)
    const place = { line: lineOf(line.start), column: 1 }
    entries.push({ key: keyOfLine(bytes, line), holder, place })
  })
  if (!isSimple || entries.length === 0) return undefined
  return new Set(entries.map((entry) => entry.key)).size === entries.length ? entries : undefined
}

/** The line of an offset; the offsets asked for must not decrease. */
function countLines(bytes: Buffer): (offset: number) => number {
  let line = 1
  let next = bytes.indexOf(LF)
  return (offset) => {
    while (next >= 0 && next < offset) {
      line += 1
      next = bytes.indexOf(LF, next + 1)
    }
    return line
  }
}

/** The same for any YAML, and only what keeps it from being read. */
export function parsePoolYaml(text: string, file: string): Parsed<readonly PoolEntry[]> {
  const { value: node, diagnostics } = parseYaml(text, file)
  if (node === undefined) return { value: undefined, diagnostics }
  const map = poolMap(node)
  if (map === undefined) {
    const message = `a pool is a map, each line \`VALUE: null\`; this is ${describeNode(node)}`
    const found = reporterFor(text, file)(node.place, { code: 'ZTP_INVALID_POOL', message })
    return { value: undefined, diagnostics: [...diagnostics, found] }
  }
  const found = [...diagnostics, ...heldAndRepeated(map, reporterFor(text, file))]
  return { value: hasErrors(found) ? undefined : map.entries.map(entryOf), diagnostics: found }
}

/**
 * Of two lines with one value the last counts. Where the first says who has it, nobody can tell what
 * was meant, and the value could be given out twice.
 */
function heldAndRepeated({ overridden = [] }: YamlMap, report: Reporter): readonly Diagnostic[] {
  return overridden.map(entryOf).flatMap(({ key, holder, place }) => {
    if (holder === null) return []
    const message = `${key} has ${holder} here and stands in a later line again: keep one of the two`
    return [report(place, { code: 'ZTP_INVALID_POOL', message })]
  })
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

/** Warnings for holders that no node can be; errors for free ranges that cannot be expanded. */
function findingsIn(entries: readonly PoolEntry[], report: Reporter): readonly Diagnostic[] {
  return entries.flatMap(({ key, holder, place }) => {
    const code = 'ZTP_INVALID_POOL'
    if (holder === null) {
      const range = readRange(key)
      return range?.kind === 'malformed' ? [report(place, { code, message: range.reason })] : []
    }
    const message = strangerIn(key, holder)
    return message === undefined ? [] : [report(place, { code, severity: 'warning', message })]
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
