import type { YamlNode, YamlScalar } from '../../yaml/document.ts'
import { type Finding, warningAt } from './finding.ts'

/**
 * Plain scalars that YAML 1.1 turns into another number than the one written: `mode: 0777` arrives
 * as 511, `11:22:33:44:55:06` as a number of base 60.
 */
function yamlTrap(scalar: YamlScalar): Finding | undefined {
  const { value, text, plain } = scalar
  if (!plain || (typeof value !== 'number' && typeof value !== 'bigint')) return undefined
  const kind = trapKind(text)
  if (kind === undefined) return undefined
  const message = `${text} without quotes is ${kind} and arrives as ${value}; write '${text}'`
  return warningAt(scalar.place, 'ZTP_YAML_TRAP', message)
}

function trapKind(text: string): string | undefined {
  if (text.includes(':')) return 'a number of base 60 in YAML'
  return /^[-+]?0[0-7_]*[1-7][0-7_]*$/.test(text) ? 'an octal number in YAML' : undefined
}

/** The traps among the values of a document, at any depth. */
export function yamlTraps(node: YamlNode): readonly Finding[] {
  const traps: Finding[] = []
  for (const scalar of scalarsOf(node)) {
    const trap = yamlTrap(scalar)
    if (trap !== undefined) traps.push(trap)
  }
  return traps
}

/** Every scalar that is a value, not a key, in the order of the document. */
export function* scalarsOf(node: YamlNode): Generator<YamlScalar> {
  if (node.kind === 'scalar') {
    yield node
  } else if (node.kind === 'list') {
    for (const item of node.items) yield* scalarsOf(item)
  } else {
    for (const entry of node.entries) yield* scalarsOf(entry.value)
  }
}
