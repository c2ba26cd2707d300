import { Float } from '../kernel/value.ts'
import { type Identifier, type NodeId, normaliseMac, parseNodeId } from '../node/identity.ts'
import type { Place, YamlMap, YamlNode } from '../yaml/document.ts'
import { describeNode, isNull } from '../yaml/lookup.ts'
import type { Reporter } from '../yaml/reporter.ts'
import { Findings } from './findings.ts'
import { type Fault, fault, type Scope } from './operand.ts'
import { readInterfaces } from './read-interfaces.ts'
import type { InvalidPattern, PatternSource, ValidPattern, WrittenVariable } from './source.ts'
import { suggestion } from './suggest.ts'
import { readVariables, type Variables, warnOfUnused } from './variables.ts'

/** What reading a pattern needs to know of the file around it. */
export type PatternContext = {
  /** In a node's `pattern` file most keys are optional, and `node` is never compared. */
  readonly file: 'neighbordb' | 'pattern'
  readonly identifier: Identifier
  readonly report: Reporter
  /** Of the file. */
  readonly variables: Variables
  readonly regexProblem: (text: string) => Fault | undefined
}

/** A pattern as read, with the file's variables that it uses. */
export type ReadPattern = {
  readonly source: PatternSource
  readonly findings: Findings
  readonly uses: ReadonlySet<string>
}

type Fields = ReadonlyMap<string, YamlNode>

const KEYS = ['name', 'definition', 'node', 'model', 'config-handler', 'variables', 'interfaces']
const CONFIG_HANDLER = 'config-handler'

/** Reads one pattern; with any error in it, it is invalid. */
export function readPattern(node: YamlNode, context: PatternContext): ReadPattern {
  if (node.kind !== 'map') return notAMap(node, context)
  const named = node.entries.find(({ key }) => key.text === 'name')?.value
  const name = named?.kind === 'scalar' && named.value !== null ? named.text : ''
  const findings = new Findings(context.report, name === '' ? undefined : name)
  const fields = fieldsOf(node, findings)
  checkKeys(fields, node.place, context, findings)
  const own = readVariables(fields.get('variables'), findings)
  const looked = new Set<string>()
  const scope = scopeOf(own, context, looked)
  const list = fields.get('interfaces')
  const interfaces = list === undefined ? null : readInterfaces(list, scope, findings)
  const uses = new Set([...looked].filter((each) => !own.has(each)))
  warnOfUnused(own, new Set(looked), scope, findings)
  const valid: ValidPattern = {
    kind: 'valid',
    name,
    line: node.place.line,
    node: nodeOf(fields.get('node'), context, findings),
    model: modelOf(fields.get('model'), context, findings),
    definition: pathOf('definition', fields, findings),
    configHandler: pathOf(CONFIG_HANDLER, fields, findings),
    variables: [...written(context.variables, uses), ...written(own)],
    interfaces,
  }
  return { source: findings.failed ? invalid(valid, fields, findings) : valid, findings, uses }
}

function notAMap(node: YamlNode, { report }: PatternContext): ReadPattern {
  const findings = new Findings(report)
  const message = `a pattern must be a map of ${KEYS.join(', ')}, not ${describeNode(node)}`
  findings.error(node.place, 'ZTP_BAD_SHAPE', message)
  const { diagnostics } = findings
  const line = node.place.line
  const source: InvalidPattern = { kind: 'invalid', name: '', line, scope: 'all', diagnostics }
  return { source, findings, uses: new Set() }
}

function invalid(read: ValidPattern, fields: Fields, { diagnostics }: Findings): InvalidPattern {
  const { name, line, node } = read
  const id = node?.id ?? null
  const scope = id === null ? (fields.has('node') ? 'unknown' : 'all') : { node: id }
  return { kind: 'invalid', name, line, scope, diagnostics }
}

/** The values that are there, by the names they are documented under. */
function fieldsOf(map: YamlMap, findings: Findings): Fields {
  const fields = new Map<string, YamlNode>()
  for (const { key, value } of map.entries) {
    const name = key.text === 'config_handler' ? CONFIG_HANDLER : key.text
    if (!KEYS.includes(name)) {
      const message = `a pattern has no key '${key.text}'${suggestion(key.text, KEYS)}`
      findings.error(key.place, 'ZTP_UNKNOWN_KEY', message)
    } else if (!isNull(value)) {
      if (fields.has(name)) {
        findings.error(key.place, 'ZTP_CONFLICTING_KEYS', `'${name}' is given twice`)
      }
      fields.set(name, value)
    }
  }
  return fields
}

function checkKeys(
  fields: Fields,
  place: Place,
  { file }: PatternContext,
  findings: Findings,
): void {
  if (file === 'neighbordb') {
    for (const key of ['name', 'definition']) {
      if (!fields.has(key)) {
        findings.error(place, 'ZTP_MISSING_KEY', `the pattern has no '${key}'`)
      }
    }
  }
  if (!['node', 'model', 'interfaces'].some((key) => fields.has(key))) {
    const message = "the pattern needs at least one of 'node', 'model' and 'interfaces'"
    findings.error(place, 'ZTP_MISSING_KEY', message)
  }
  if (fields.has('node') && fields.has('model')) {
    const message = "'node' and 'model' exclude each other: a node id is of one switch already"
    findings.error(place, 'ZTP_CONFLICTING_KEYS', message)
  }
  const name = fields.get('name')
  if (name !== undefined && (name.kind !== 'scalar' || name.value instanceof Float)) {
    const message = `the name must be a text or an integer, not ${describeNode(name)}`
    findings.error(name.place, 'ZTP_BAD_SHAPE', message)
  }
}

/** The text as written, reported where it is none or has white space in it. */
function wordOf(
  key: string,
  node: YamlNode | undefined,
  findings: Findings,
): { readonly text: string; readonly place: Place } | undefined {
  if (node === undefined) return undefined
  if (node.kind !== 'scalar') {
    const message = `'${key}' must be a text, not ${describeNode(node)}`
    findings.error(node.place, 'ZTP_BAD_SHAPE', message)
    return undefined
  }
  return { text: node.text, place: node.place }
}

function nodeOf(
  node: YamlNode | undefined,
  { file, identifier }: PatternContext,
  findings: Findings,
): { readonly id: NodeId | null; readonly written: string } | null {
  const word = wordOf('node', node, findings)
  if (word === undefined) return null
  const text = word.text.trim()
  const mac = identifier === 'systemmac' ? normaliseMac(text) : text
  const id = mac === undefined ? undefined : parseNodeId(mac)
  if (id === undefined && file === 'neighbordb') {
    const right = identifier === 'systemmac' ? 'a MAC such as 00:11:22:33:44:55' : 'a serial number'
    findings.error(word.place, 'ZTP_INVALID_NODE', `node '${text}' is not ${right}`)
  }
  return { id: id ?? null, written: word.text }
}

function modelOf(
  node: YamlNode | undefined,
  { regexProblem }: PatternContext,
  findings: Findings,
): string | null {
  const word = wordOf('model', node, findings)
  if (word === undefined) return null
  const problem = regexProblem(word.text)
  if (problem !== undefined) findings.fault(word.place, problem)
  return word.text
}

/** A path below a folder of the data directory; a leading `/` means that folder. */
function pathOf(key: string, fields: Fields, findings: Findings): string | null {
  const word = wordOf(key, fields.get(key), findings)
  if (word === undefined) return null
  const path = word.text.replace(/^\/+/, '')
  const problem = pathProblem(key, path)
  if (problem !== undefined) findings.fault(word.place, problem)
  return path
}

function pathProblem(key: string, path: string): Fault | undefined {
  if (path === '') return fault('ZTP_INVALID_PATH', `the ${key} is empty`)
  if (/\s/.test(path)) return fault('ZTP_INVALID_PATH', `${key} '${path}' has white space`)
  if (!path.split('/').includes('..')) return undefined
  return fault('ZTP_INVALID_PATH', `${key} '${path}' leaves ${key}s/: write a path below it`)
}

/** @param looked gets the names of all variables that are asked for */
function scopeOf(
  own: Variables,
  { variables, regexProblem }: PatternContext,
  looked: Set<string>,
): Scope {
  return {
    variable(name) {
      looked.add(name)
      return (own.get(name) ?? variables.get(name))?.text
    },
    regexProblem,
  }
}

function written(variables: Variables, only?: ReadonlySet<string>): readonly WrittenVariable[] {
  return [...variables]
    .filter(([name]) => only === undefined || only.has(name))
    .map(([name, { text }]) => ({ name, text }))
}
