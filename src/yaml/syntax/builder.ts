import type { Place, YamlEntry, YamlMap, YamlNode, YamlScalar } from '../document.ts'
import { constructScalar, isCollectionTag, unknownTag } from '../scalars/construct.ts'
import { withoutDuplicates } from './entries.ts'
import { YamlFault } from './fault.ts'
import type { Problems } from './problems.ts'
import type { Properties } from './properties.ts'
import type { Raw } from './raw.ts'

/** What a text may stand for, at most. */
export type BuildLimits = {
  /** Values and keys written. */
  readonly maxNodes: number
  /** Values and keys that all aliases together stand for. */
  readonly maxExpanded: number
}

type Anchored = { readonly node: YamlNode; readonly weight: number }

/** Makes nodes of what the grammar reads: applies tags, anchors, aliases and merge keys. */
export class Builder {
  /** Nodes so far, each alias counted as all it stands for. */
  count = 0
  #size = 0
  #expanded = 0
  readonly #anchors = new Map<string, Anchored>()
  /** Scalars that only have a meaning as a key: `<<` and `=`. */
  readonly #onlyKeys = new Map<YamlNode, 'merge' | 'value'>()
  readonly #problems: Problems
  readonly #limits: BuildLimits

  constructor(problems: Problems, limits: BuildLimits) {
    this.#problems = problems
    this.#limits = limits
  }

  /** The node of what was read, with its properties. */
  node(raw: Raw, properties?: Properties): YamlNode {
    if (raw.kind === 'alias') return this.#alias(raw.name, raw.place, properties)
    const node = this.#plainNode(raw, properties?.tag)
    this.count += 1
    this.#size += 1
    if (this.#size > this.#limits.maxNodes) this.#failTooMany(raw.place)
    if (properties?.anchor !== undefined)
      this.#anchor(properties.anchor, properties.place, node, raw)
    return node
  }

  /** Checks that a node may be an item, a value or the root, as all but `<<` and `=` may. */
  asValue(node: YamlNode): YamlNode {
    if (this.#onlyKeys.size > 0 && this.#onlyKeys.has(node)) {
      this.#error(node.place, 'this sign is for keys; quote it if it is text')
    }
    return node
  }

  /** An entry, unless its key is not a scalar, which is reported. */
  entry(key: YamlNode, value: YamlNode): YamlEntry | undefined {
    if (key.kind === 'scalar') return { key, value }
    this.#error(key.place, `a key is text or a number, not a ${key.kind}`)
    return undefined
  }

  #plainNode(raw: Exclude<Raw, { kind: 'alias' }>, tag: string | undefined): YamlNode {
    if (raw.kind === 'scalar') return this.#scalar(raw.text, raw.plain, raw.place, tag)
    if (tag !== undefined && !isCollectionTag(tag, raw.kind)) {
      this.#error(raw.place, unknownTag(tag, raw.kind))
    }
    if (raw.kind === 'list') return { kind: 'list', items: raw.items, place: raw.place }
    return { kind: 'map', ...this.#entries(raw.entries), place: raw.place }
  }

  #scalar(text: string, plain: boolean, place: Place, tag: string | undefined): YamlScalar {
    const made = constructScalar(text, plain, tag)
    if (made.type === 'problem') {
      this.#error(place, made.message)
      return { kind: 'scalar', value: null, text, plain, place }
    }
    const scalar: YamlScalar = { kind: 'scalar', value: made.value, text, plain, place }
    if (made.type === 'merge' || made.type === 'value') this.#onlyKeys.set(scalar, made.type)
    return scalar
  }

  #entries(written: readonly YamlEntry[]): Pick<YamlMap, 'entries' | 'overridden'> {
    const merges = (entry: YamlEntry) => this.#onlyKeys.get(entry.key) === 'merge'
    const merging = this.#onlyKeys.size > 0 && written.some(merges)
    const own = merging ? written.filter((entry) => !merges(entry)) : written
    const overridden: YamlEntry[] = []
    const kept = withoutDuplicates(own, ({ key }, first) => {
      overridden.push(first)
      const shown = JSON.stringify(key.text.slice(0, 60))
      const line = first.key.place.line
      const message = `the key ${shown} is already on line ${line}; the last one counts`
      this.#problems.warn(key.place, 'ZTP_DUPLICATE_KEY', message)
    })
    const forgotten = overridden.length === 0 ? {} : { overridden }
    if (!merging) return { entries: kept, ...forgotten }
    const merged = written.filter(merges).flatMap((entry) => this.#mergedEntries(entry))
    return { entries: withoutDuplicates([...merged, ...kept], () => undefined), ...forgotten }
  }

  /** What a `<<` entry brings in, the strongest last. */
  #mergedEntries({ value }: YamlEntry): readonly YamlEntry[] {
    const sources = value.kind === 'list' ? [...value.items].reverse() : [value]
    const maps = sources.filter((source): source is YamlMap => source.kind === 'map')
    if (maps.length < sources.length) {
      this.#error(value.place, 'after << stands a map, or a list of maps')
    }
    const entries = maps.flatMap((map) => map.entries)
    this.#expand(entries.length, value.place)
    return entries
  }

  #anchor(name: string, place: Place, node: YamlNode, raw: Raw): void {
    if (this.#anchors.has(name)) {
      this.#problems.error(place, 'ZTP_YAML_ALIAS', `the anchor &${name} is already taken`)
    }
    this.#anchors.set(name, { node, weight: this.count - raw.before })
  }

  #alias(name: string, place: Place, properties: Properties | undefined): YamlNode {
    if (properties !== undefined) {
      throw new YamlFault(properties.place, 'an alias has no anchor and no tag of its own')
    }
    const found = this.#anchors.get(name)
    if (found === undefined) {
      const message = `no anchor &${name} is complete before *${name}`
      this.#problems.error(place, 'ZTP_YAML_ALIAS', message)
      return { kind: 'scalar', value: null, text: `*${name}`, plain: true, place }
    }
    this.#expand(found.weight, place)
    this.count += found.weight
    return found.node
  }

  /** Stops a few lines of aliases of aliases from meaning billions of nodes. */
  #expand(by: number, place: Place): void {
    this.#expanded += by
    if (this.#expanded <= this.#limits.maxExpanded) return
    const message = `the aliases up to here stand for more than ${this.#limits.maxExpanded} values`
    throw new YamlFault(place, message, 'ZTP_YAML_ALIAS')
  }

  #failTooMany(place: Place): never {
    const message = `the file has more than ${this.#limits.maxNodes} keys and values, the most that is read`
    throw new YamlFault(place, message, 'ZTP_FILE_TOO_LARGE')
  }

  #error(place: Place, message: string): void {
    this.#problems.error(place, 'ZTP_YAML_VALUE', message)
  }
}
