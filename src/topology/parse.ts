import type { Parsed } from '../kernel/diagnostic.ts'
import type { Identifier, NodeId } from '../node/identity.ts'
import type { YamlMap, YamlNode } from '../yaml/document.ts'
import { describeNode, isNull, valueAt } from '../yaml/lookup.ts'
import { parseYaml } from '../yaml/parse.ts'
import { reporterFor } from '../yaml/reporter.ts'
import { Findings } from './findings.ts'
import { type Fault, regexProblem } from './operand.ts'
import { type PatternContext, type ReadPattern, readPattern } from './read-pattern.ts'
import type { NeighbordbSource, PatternSource, ValidPattern } from './source.ts'
import { suggestion } from './suggest.ts'
import { readVariables, type Variables, warnOfUnused } from './variables.ts'

/** Which file is read, and what a node id is there. */
export type TopologyFile = {
  /** The path as the operator knows it. */
  readonly file: string
  readonly identifier: Identifier
}

const KEYS = ['variables', 'patterns']

/**
 * Reads a neighbordb. A pattern with errors is an InvalidPattern among the others; the diagnostics
 * are of the whole file. An empty text has no patterns.
 *
 * @returns no value when the text is no YAML, or not a map with a list of patterns
 */
export function parseNeighbordb(
  text: string,
  { file, identifier }: TopologyFile,
): Parsed<NeighbordbSource> {
  const yaml = parseYaml(text, file)
  if (yaml.value === undefined) return { value: undefined, diagnostics: yaml.diagnostics }
  const report = reporterFor(text, file)
  const findings = new Findings(report)
  const items = patternsOf(yaml.value, findings)
  if (items === undefined) {
    return { value: undefined, diagnostics: [...yaml.diagnostics, ...findings.diagnostics] }
  }
  const root = yaml.value.kind === 'map' ? yaml.value : undefined
  const variables = readVariables(root && valueAt(root, 'variables'), findings)
  const context: PatternContext = {
    file: 'neighbordb',
    identifier,
    report,
    variables,
    regexProblem: rememberedRegexProblem(),
  }
  const read = items.map((item) => readPattern(item, context))
  warnOfDuplicates(items, read)
  warnOfUnusedInFile(variables, read, context, findings)
  const ofPatterns = read.flatMap((each) => each.findings.diagnostics)
  return {
    value: { patterns: read.map(({ source }) => source) },
    diagnostics: [...yaml.diagnostics, ...findings.diagnostics, ...ofPatterns],
  }
}

/**
 * Reads the `pattern` file of a node's folder.
 *
 * @returns no value when there is any error
 */
export function parsePatternSource(
  text: string,
  { file, identifier }: TopologyFile,
): Parsed<ValidPattern> {
  const yaml = parseYaml(text, file)
  if (yaml.value === undefined) return { value: undefined, diagnostics: yaml.diagnostics }
  const { source, findings } = readPattern(yaml.value, {
    file: 'pattern',
    identifier,
    report: reporterFor(text, file),
    variables: new Map(),
    regexProblem,
  })
  return {
    value: source.kind === 'valid' ? source : undefined,
    diagnostics: [...yaml.diagnostics, ...findings.diagnostics],
  }
}

/** The patterns of the file; undefined, and an error found, when its shape is wrong. */
function patternsOf(root: YamlNode, findings: Findings): readonly YamlNode[] | undefined {
  if (isNull(root)) return []
  if (root.kind !== 'map') {
    const message = `the file must be a map with 'patterns', not ${describeNode(root)}`
    findings.error(root.place, 'ZTP_BAD_SHAPE', message)
    return undefined
  }
  reportUnknownKeys(root, findings)
  const patterns = valueAt(root, 'patterns')
  if (patterns === undefined || isNull(patterns)) return []
  if (patterns.kind === 'list') return patterns.items
  const message = `patterns must be a list, not ${describeNode(patterns)}`
  findings.error(patterns.place, 'ZTP_BAD_SHAPE', message)
  return undefined
}

function reportUnknownKeys(root: YamlMap, findings: Findings): void {
  for (const { key } of root.entries.filter((entry) => !KEYS.includes(entry.key.text))) {
    const message = `neighbordb has no key '${key.text}'${suggestion(key.text, KEYS)}`
    findings.error(key.place, 'ZTP_UNKNOWN_KEY', message)
  }
}

/** The first pattern of a node is the one; the others are never looked at. */
function warnOfDuplicates(items: readonly YamlNode[], read: readonly ReadPattern[]): void {
  const first = new Map<NodeId, PatternSource>()
  for (const [index, { source, findings }] of read.entries()) {
    const id = nodeOf(source)
    if (id === undefined) continue
    const before = first.get(id)
    if (before === undefined) {
      first.set(id, source)
      continue
    }
    const item = items[index]
    const place = (item?.kind === 'map' && valueAt(item, 'node')?.place) || { line: 1, column: 1 }
    const message = `node ${id} has a pattern on line ${before.line} already, which wins`
    findings.warning(place, 'ZTP_DUPLICATE_NODE', message)
  }
}

function nodeOf(source: PatternSource): NodeId | undefined {
  if (source.kind === 'valid') return source.node?.id ?? undefined
  return typeof source.scope === 'object' ? source.scope.node : undefined
}

function warnOfUnusedInFile(
  variables: Variables,
  read: readonly ReadPattern[],
  { regexProblem }: PatternContext,
  findings: Findings,
): void {
  const used = new Set(read.flatMap(({ uses }) => [...uses]))
  const scope = { variable: (name: string) => variables.get(name)?.text, regexProblem }
  warnOfUnused(variables, used, scope, findings)
}

/** The same few expressions stand in many patterns. */
function rememberedRegexProblem(): (text: string) => Fault | undefined {
  const known = new Map<string, Fault | undefined>()
  return (text) => {
    if (!known.has(text)) known.set(text, regexProblem(text))
    return known.get(text)
  }
}
