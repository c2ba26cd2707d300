import type { YamlMap, YamlNode } from '../yaml/document.ts'
import { type Fault, fault } from './operand.ts'
import { suggestion } from './suggest.ts'

/** The remote side of an interface pattern, its two operands not read yet. */
export type Remote = {
  readonly kind: 'remote'
  readonly device: string
  readonly port: string
  readonly written: string | { readonly device: string; readonly port: string | null }
}

/** A function call up to the quote and parenthesis that end it before a colon or the end. */
const CALL = /^\s*\w+\(\s*(['"]).*?\1\s*\)\s*(?=:|$)/s
const KEYS = ['device', 'port']

/** Reads `any`, `none`, `DEVICE`, `DEVICE:PORT` or the map `{device, port}`. */
export function parseRemote(node: YamlNode): Remote | Fault {
  if (node.kind === 'map') return parseMap(node)
  if (node.kind === 'list') {
    return fault('ZTP_INVALID_NEIGHBOR', 'the neighbor is a list: write DEVICE:PORT')
  }
  return node.value === null
    ? fault('ZTP_INVALID_NEIGHBOR', 'the neighbor is missing: write DEVICE:PORT, any or none')
    : parseText(node.text)
}

function parseText(written: string): Remote | Fault {
  const text = written.trim()
  if (text === 'any' || text === 'none') {
    return { kind: 'remote', device: text, port: text, written }
  }
  const end = CALL.exec(text)?.[0].length ?? text.search(/:|$/)
  const device = text.slice(0, end)
  if (end === text.length) return { kind: 'remote', device, port: 'any', written }
  const port = text.slice(end + 1)
  if (!CALL.test(port) && port.includes(':')) {
    return fault(
      'ZTP_INVALID_NEIGHBOR',
      `'${text}' has more than one ':': write {device: …, port: …} for a name with a colon`,
    )
  }
  return { kind: 'remote', device, port, written }
}

function parseMap(map: YamlMap): Remote | Fault {
  const found = new Map<string, string>()
  for (const { key, value } of map.entries) {
    if (!KEYS.includes(key.text)) {
      const hint = suggestion(key.text, KEYS)
      return fault('ZTP_UNKNOWN_KEY', `a neighbor has no key '${key.text}'${hint}`)
    }
    if (value.kind !== 'scalar') {
      return fault('ZTP_INVALID_NEIGHBOR', `the ${key.text} is a ${value.kind}: write its name`)
    }
    if (value.value !== null) found.set(key.text, value.text)
  }
  const device = found.get('device')
  const port = found.get('port') ?? null
  if (device === undefined) return fault('ZTP_MISSING_KEY', "the neighbor has no 'device'")
  return { kind: 'remote', device, port: port ?? 'any', written: { device, port } }
}
