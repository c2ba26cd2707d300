import { hasErrors, type Parsed } from '../kernel/diagnostic.ts'
import { isMap, type ValueMap } from '../kernel/value.ts'
import type { YamlMap, YamlNode } from '../yaml/document.ts'
import { isNull, valueAt } from '../yaml/lookup.ts'
import { parseYaml } from '../yaml/parse.ts'
import { toValue } from '../yaml/to-value.ts'
import { type Complaints, collectComplaints } from './complaints.ts'
import type { Action, Definition } from './definition.ts'
import { looksLikeCall } from './plugin-call.ts'

const EMPTY: ValueMap = new Map()

/** Reads a definition file. Keys that we do not know are kept, to be passed on. */
export function parseDefinition(text: string, file: string): Parsed<Definition> {
  return parseWith(text, file, readDefinition)
}

/** Reads a node's `attributes` file; an empty one is a map without attributes. */
export function parseAttributes(text: string, file: string): Parsed<ValueMap> {
  return parseWith(text, file, (node, complaints) => readScope(node, 'the file', complaints))
}

function parseWith<T>(
  text: string,
  file: string,
  read: (node: YamlNode, complaints: Complaints) => T | undefined,
): Parsed<T> {
  const { value: node, diagnostics } = parseYaml(text, file)
  if (node === undefined) return { value: undefined, diagnostics }
  const complaints = collectComplaints(file, text)
  const value = read(node, complaints)
  const found = [...diagnostics, ...complaints.found]
  return { value: hasErrors(found) ? undefined : value, diagnostics: found }
}

function readDefinition(node: YamlNode, complaints: Complaints): Definition | undefined {
  if (node.kind !== 'map') {
    complaints.error(node, 'a definition is a map with the key `actions`')
    return undefined
  }
  const attributes = readScope(valueAt(node, 'attributes'), 'attributes', complaints)
  const actions = readActions(node, complaints)
  const raw = toValue(node)
  if (!isMap(raw)) return undefined
  const name = readName(valueAt(node, 'name'))
  return { ...(name === undefined ? {} : { name }), attributes, actions, raw }
}

function readName(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.text : undefined
}

function readActions(definition: YamlMap, complaints: Complaints): readonly Action[] {
  const node = valueAt(definition, 'actions')
  if (node?.kind !== 'list') {
    const message = node
      ? '`actions` is a list of actions'
      : 'there is no `actions`: a list of them'
    complaints.error(node ?? definition, message)
    return []
  }
  return node.items
    .map((item) => readAction(item, complaints))
    .filter((action) => action !== undefined)
}

function readAction(node: YamlNode, complaints: Complaints): Action | undefined {
  const raw = toValue(node)
  if (node.kind !== 'map' || !isMap(raw)) {
    complaints.error(node, 'an action is a map with the key `action`')
    return undefined
  }
  const action = readName(valueAt(node, 'action')) ?? ''
  if (action === '') {
    complaints.error(node, 'an action needs `action`: the name of a file under actions/')
  }
  const attributes = readScope(valueAt(node, 'attributes'), 'attributes', complaints)
  checkFlag(valueAt(node, 'always_execute'), complaints)
  // The documents show the flag among the action's attributes too.
  const alwaysExecute = [raw, attributes].some((each) => each.get('always_execute') === true)
  return { action, attributes, alwaysExecute, raw }
}

function checkFlag(node: YamlNode | undefined, complaints: Complaints): void {
  if (node === undefined) return
  if (node.kind !== 'scalar' || typeof node.value !== 'boolean') {
    complaints.warning(node, '`always_execute` is true or false; anything else counts as false')
  }
}

/** @param name how a message calls the scope */
function readScope(node: YamlNode | undefined, name: string, complaints: Complaints): ValueMap {
  if (node === undefined || isNull(node)) return EMPTY
  const value = toValue(node)
  if (!isMap(value)) {
    complaints.error(node, `${name} is not a map of attributes: each is \`name: value\``)
    return EMPTY
  }
  warnOfUnquotedCalls(node, complaints)
  return value
}

function warnOfUnquotedCalls(node: YamlNode, complaints: Complaints): void {
  if (node.kind === 'list') {
    for (const item of node.items) warnOfUnquotedCalls(item, complaints)
  } else if (node.kind === 'map') {
    for (const entry of node.entries) warnOfUnquotedCalls(entry.value, complaints)
  } else if (typeof node.value === 'string' && looksLikeCall(node.value)) {
    const quoted = node.value.replace('(', "('").replace(')', "')")
    complaints.warning(node, `${node.value} is plain text; a plugin call is written ${quoted}`)
  }
}
