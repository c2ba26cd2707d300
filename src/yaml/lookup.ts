import type { YamlEntry, YamlList, YamlMap, YamlNode, YamlScalar } from './document.ts'

/** The node as a map, or undefined when it is something else or missing. */
export function asMap(node: YamlNode | undefined): YamlMap | undefined {
  return node?.kind === 'map' ? node : undefined
}

/** The node as a list, or undefined when it is something else or missing. */
export function asList(node: YamlNode | undefined): YamlList | undefined {
  return node?.kind === 'list' ? node : undefined
}

/** The node as a scalar, or undefined when it is something else or missing. */
export function asScalar(node: YamlNode | undefined): YamlScalar | undefined {
  return node?.kind === 'scalar' ? node : undefined
}

/** Whether it is a null: `~`, `null` or nothing at all after the colon. */
export function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null
}

/** The entry whose key reads, as written, `key`. */
export function entryOf(map: YamlMap, key: string): YamlEntry | undefined {
  return map.entries.find((entry) => entry.key.text === key)
}

/** The value of the entry whose key reads, as written, `key`. */
export function valueAt(map: YamlMap, key: string): YamlNode | undefined {
  return entryOf(map, key)?.value
}

/** What a message calls the node: `a map`, `a list`, `the number 12`, `the text x`. */
export function describeNode(node: YamlNode): string {
  if (node.kind !== 'scalar') return `a ${node.kind}`
  if (node.value === null) return 'nothing'
  if (typeof node.value === 'string') return `the text ${JSON.stringify(shortened(node.value))}`
  return `${typeof node.value === 'boolean' ? 'the boolean' : 'the number'} ${shortened(node.text)}`
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
