import { type PluginCall, parseCall } from '../../definition/plugin-call.ts'
import type { Place, YamlNode } from '../../yaml/document.ts'
import { asMap } from '../../yaml/lookup.ts'
import { type Finding, warningAt } from './finding.ts'
import { scalarsOf, yamlTraps } from './yaml-traps.ts'

/** A word of a file, and where it stands. */
export type Mention = { readonly text: string; readonly place: Place }

/** A call of a plugin, and where it stands. */
export type CallMention = { readonly call: PluginCall; readonly place: Place }

/** What a scope of attributes gives, and what it needs of others. */
export type Scope = {
  /** The names of its attributes. */
  readonly gives: readonly string[]
  /** The names behind a `$` in its values. */
  readonly references: readonly Mention[]
  readonly calls: readonly CallMention[]
  readonly urls: readonly Mention[]
  readonly traps: readonly Finding[]
}

const NO_SCOPE: Scope = { gives: [], references: [], calls: [], urls: [], traps: [] }

/** The attributes of our actions that hold the URL of a file to fetch (client.md, "Actions"). */
const URL_ATTRIBUTES: ReadonlySet<string> = new Set(['url', 'src_url'])

/** @param node the map of a scope; anything else gives and needs nothing */
export function readScope(node: YamlNode | undefined): Scope {
  const map = asMap(node)
  if (map === undefined) return NO_SCOPE
  const references: Mention[] = []
  const calls: CallMention[] = []
  for (const { value, place } of scalarsOf(map)) {
    if (typeof value !== 'string') continue
    const call = parseCall(value)
    if (call !== undefined) calls.push({ call, place })
    else if (/^\$[^$]/.test(value)) references.push({ text: value.slice(1), place })
  }
  const urls = map.entries.flatMap(({ key, value }) => {
    const isUrl = URL_ATTRIBUTES.has(key.text) && value.kind === 'scalar'
    return isUrl && typeof value.value === 'string'
      ? [{ text: value.value, place: value.place }]
      : []
  })
  const gives = map.entries.map((entry) => entry.key.text)
  return { gives, references, calls, urls, traps: yamlTraps(map) }
}

/** A reference that no scope satisfies: it arrives as null (provisioning.md, "Attributes"). */
export function unknownReferences(
  references: readonly Mention[],
  given: (name: string) => boolean,
): readonly Finding[] {
  return references
    .filter(({ text }) => !given(text))
    .map(({ text, place }) => {
      const message = `no attribute '${text}' is given anywhere: $${text} arrives as null; define it, or write $$${text} for the text itself`
      return warningAt(place, 'ZTP_UNKNOWN_REFERENCE', message)
    })
}
