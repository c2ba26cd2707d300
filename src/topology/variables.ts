import type { Place, YamlMap, YamlNode } from '../yaml/document.ts'
import { describeNode, isNull } from '../yaml/lookup.ts'
import type { Findings } from './findings.ts'
import { parseOperand, type Scope } from './operand.ts'

/** The variables of a file or of a pattern, as written. */
export type Variables = ReadonlyMap<string, { readonly text: string; readonly place: Place }>

/** Words of the pattern language. */
const RESERVED = ['any', 'none']

/** Reads `variables`: a map, or a list of maps. What cannot be read is reported and left out. */
export function readVariables(node: YamlNode | undefined, findings: Findings): Variables {
  const variables = new Map<string, { readonly text: string; readonly place: Place }>()
  if (node === undefined || isNull(node)) return variables
  for (const map of mapsOf(node, findings)) {
    for (const { key, value } of map.entries) {
      if (RESERVED.includes(key.text)) {
        const message = `'${key.text}' is a word of the patterns and no name for a variable`
        findings.error(key.place, 'ZTP_RESERVED_VARIABLE', message)
      } else if (value.kind !== 'scalar') {
        const message = `variable '${key.text}' is ${describeNode(value)}: write a text or a function`
        findings.error(value.place, 'ZTP_BAD_SHAPE', message)
      } else if (value.value !== null) {
        variables.set(key.text, { text: value.text, place: value.place })
      }
    }
  }
  return variables
}

function mapsOf(node: YamlNode, findings: Findings): readonly YamlMap[] {
  return (node.kind === 'list' ? node.items : [node]).flatMap((each) => {
    if (each.kind === 'map') return [each]
    const message = `variables must be a map of name to value, not ${describeNode(each)}`
    findings.error(each.place, 'ZTP_BAD_SHAPE', message)
    return []
  })
}

/** Warns of variables that nobody uses and nobody could. */
export function warnOfUnused(
  variables: Variables,
  used: ReadonlySet<string>,
  scope: Scope,
  findings: Findings,
): void {
  for (const [name, { place }] of variables) {
    const read = used.has(name) ? undefined : parseOperand(`$${name}`, 'port', scope)
    if (read?.kind === 'fault') {
      findings.warning(place, read.code, `${read.message} (no pattern uses the variable)`)
    }
  }
}
