import { didYouMean } from '../config/nearest.ts'
import { type Diagnostic, hasErrors, type Parsed } from '../kernel/diagnostic.ts'
import type { Value, ValueMap } from '../kernel/value.ts'
import type { YamlMap, YamlNode } from '../yaml/document.ts'
import { asList, asMap } from '../yaml/lookup.ts'
import { parseYaml } from '../yaml/parse.ts'
import { type Reporter, reporterFor } from '../yaml/reporter.ts'
import { toValue } from '../yaml/to-value.ts'

const SECTIONS = ['logging', 'xmpp', 'http']
const LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']
const MESSAGE_TYPES = ['debug', 'info']
const XMPP_NEEDS = ['username', 'password', 'domain', 'rooms']

/**
 * Reads bootstrap.conf: the value of GET /bootstrap/config (server.md, "HTTP API for switches").
 *
 * `logging`, a list, and `xmpp`, a map, are always there, empty where the file says nothing of them;
 * `http` only if the file has it. What the sections hold is passed on as written: missing or odd
 * settings are warnings, a section of another shape is an error.
 *
 * @param text the file's content; empty for a file that does not exist
 */
export function parseBootstrapConf(text: string, file: string): Parsed<ValueMap> {
  const { value: root, diagnostics } = parseYaml(text, file)
  if (root === undefined) return { value: undefined, diagnostics }
  const found = [...diagnostics, ...check(root, reporterFor(text, file))]
  const value = hasErrors(found) ? undefined : configOf(asMap(root))
  return { value, diagnostics: found }
}

function configOf(root: YamlMap | undefined): ValueMap {
  const section = (key: string, empty: Value): Value => {
    const node = at(root, key)
    return node === undefined || isNothing(node) ? empty : toValue(node)
  }
  const config = new Map<string, Value>([
    ['logging', section('logging', [])],
    ['xmpp', section('xmpp', new Map())],
  ])
  if (at(root, 'http') !== undefined) config.set('http', section('http', new Map()))
  return config
}

function check(root: YamlNode, report: Reporter): readonly Diagnostic[] {
  if (isNothing(root)) return []
  const map = asMap(root)
  if (map === undefined) return [wrongShape(root, 'it', 'a map with logging and xmpp', report)]
  return [
    ...checkSections(map, report),
    ...checkLogging(at(map, 'logging'), report),
    ...checkXmpp(at(map, 'xmpp'), report),
    ...checkHttp(at(map, 'http'), report),
  ]
}

function checkSections(root: YamlMap, report: Reporter): readonly Diagnostic[] {
  return root.entries
    .filter(({ key }) => !SECTIONS.includes(key.text))
    .map(({ key }) => {
      const message = `'${key.text}' is not sent to switches${didYouMean(key.text, SECTIONS)}`
      return report(key.place, { code: 'ZTP_UNKNOWN_KEY', severity: 'warning', message })
    })
}

function checkLogging(logging: YamlNode | undefined, report: Reporter): readonly Diagnostic[] {
  if (logging === undefined || isNothing(logging)) return []
  const list = asList(logging)
  if (list === undefined) {
    return [wrongShape(logging, 'logging', 'a list of {destination, level}', report)]
  }
  return list.items.flatMap((item) => checkDestination(item, report))
}

function checkDestination(item: YamlNode, report: Reporter): readonly Diagnostic[] {
  const map = asMap(item)
  if (map === undefined) {
    return [wrongShape(item, 'an item of logging', 'a map {destination, level}', report)]
  }
  const missing = at(map, 'destination') === undefined
  const where = 'HOST, HOST:PORT or file:PATH'
  return [
    ...(missing ? [warn(item, `logging: destination is missing: ${where}`, report)] : []),
    ...checkWord(at(map, 'level'), 'logging: level', LEVELS, report),
  ]
}

function checkXmpp(xmpp: YamlNode | undefined, report: Reporter): readonly Diagnostic[] {
  if (xmpp === undefined || isNothing(xmpp)) return []
  const map = asMap(xmpp)
  if (map === undefined) {
    return [wrongShape(xmpp, 'xmpp', `a map with ${XMPP_NEEDS.join(', ')}`, report)]
  }
  if (map.entries.length === 0) return []
  const missing = XMPP_NEEDS.filter((key) => at(map, key) === undefined)
  return [
    ...missing.map((key) => warn(xmpp, `xmpp: ${key} is missing`, report)),
    ...checkWord(at(map, 'msg_type'), 'xmpp: msg_type', MESSAGE_TYPES, report),
  ]
}

function checkHttp(http: YamlNode | undefined, report: Reporter): readonly Diagnostic[] {
  if (http === undefined || isNothing(http) || asMap(http) !== undefined) return []
  return [wrongShape(http, 'http', 'a map with timeout, retries, fallback', report)]
}

function checkWord(
  node: YamlNode | undefined,
  name: string,
  words: readonly string[],
  report: Reporter,
): readonly Diagnostic[] {
  if (node === undefined || isNothing(node)) return []
  const written = node.kind === 'scalar' ? node.text : `a ${node.kind}`
  if (words.some((word) => word.toLowerCase() === written.toLowerCase())) return []
  return [warn(node, `${name} is '${written}'; it takes ${words.join(', ')}`, report)]
}

function at(map: YamlMap | undefined, key: string): YamlNode | undefined {
  return map?.entries.find((entry) => entry.key.text === key)?.value
}

function isNothing(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null
}

function wrongShape(node: YamlNode, name: string, shape: string, report: Reporter): Diagnostic {
  const kind = node.kind === 'scalar' ? `'${node.text}'` : `a ${node.kind}`
  const message = `${name} must be ${shape}, not ${kind}`
  return report(node.place, { code: 'ZTP_INVALID_BOOTSTRAP_CONF', message })
}

function warn(node: YamlNode, message: string, report: Reporter): Diagnostic {
  return report(node.place, { code: 'ZTP_DOUBTFUL_BOOTSTRAP_CONF', severity: 'warning', message })
}
