import type { NodeId } from '../node/identity.ts'
import { checksOf, isNegative, type PatternChecks, RegexShelf } from './checks.ts'
import type { CompiledPattern, DefiningPattern, Neighbordb, PatternEntry } from './neighbordb.ts'
import { sightKey } from './sight.ts'
import type { NeighbordbSource, PatternSource, ValidPattern } from './source.ts'

/** Compiles a neighbordb in one go. */
export function compileNeighbordb(source: NeighbordbSource): Neighbordb {
  const builder = new NeighbordbBuilder()
  builder.add(source.patterns)
  return builder.finish()
}

/**
 * Compiles a neighbordb batch by batch, so that a large one never holds the event loop.
 *
 * A thousand patterns take about a millisecond; regular expressions wait for their first value.
 */
export class NeighbordbBuilder {
  readonly #regexes = new RegexShelf()
  readonly #entries: PatternEntry[] = []
  readonly #byNode = new Map<string, PatternEntry>()
  readonly #always: number[] = []
  readonly #bySight = new Map<string, number[]>()

  /** Adds the next patterns, in the file's order. */
  add(patterns: readonly PatternSource[]): void {
    for (const pattern of patterns) this.#addOne(pattern)
  }

  /** The builder is of no use afterwards. */
  finish(): Neighbordb {
    return {
      entries: this.#entries,
      byNode: this.#byNode,
      always: this.#always,
      bySight: this.#bySight,
    }
  }

  #addOne(source: PatternSource): void {
    const entry: PatternEntry =
      source.kind === 'valid'
        ? { kind: 'valid', pattern: defining(source, this.#regexes) }
        : { kind: 'invalid', pattern: source }
    const place = this.#entries.push(entry) - 1
    const scope = scopeOf(source)
    if (scope === 'all') this.#index(source, place)
    else if (scope !== 'unknown' && !this.#byNode.has(scope)) this.#byNode.set(scope, entry)
  }

  #index(source: PatternSource, place: number): void {
    const places = source.kind === 'valid' ? this.#shortest(keysOf(source)) : undefined
    if (places === undefined) this.#always.push(place)
    else places.push(place)
  }

  /** Of the keys that a matching node must all have, the one with fewest patterns so far. */
  #shortest(keys: readonly string[]): number[] | undefined {
    let shortest: number[] | undefined
    for (const key of keys) {
      const places = this.#bySight.get(key)
      if (places === undefined) {
        const fresh: number[] = []
        this.#bySight.set(key, fresh)
        return fresh
      }
      if (shortest === undefined || places.length < shortest.length) shortest = places
    }
    return shortest
  }
}

/** Compiles the pattern of a node's folder: its `node` is never compared. */
export function compilePattern(source: ValidPattern): CompiledPattern {
  return compiled(source, null, new RegexShelf())
}

function defining(source: ValidPattern, regexes: RegexShelf): DefiningPattern {
  const pattern = compiled(source, source.node?.id ?? null, regexes)
  return { ...pattern, definition: source.definition ?? '' }
}

function compiled(
  source: ValidPattern,
  nodeId: NodeId | null,
  regexes: RegexShelf,
): CompiledPattern {
  const { name, line, definition, configHandler } = source
  let checks: PatternChecks | undefined
  return {
    name,
    line,
    definition,
    configHandler,
    nodeId,
    source,
    checks() {
      checks ??= checksOf(source, regexes)
      return checks
    },
  }
}

function scopeOf(source: PatternSource): NodeId | 'all' | 'unknown' {
  if (source.kind === 'valid') return source.node === null ? 'all' : (source.node.id ?? 'unknown')
  return typeof source.scope === 'object' ? source.scope.node : source.scope
}

/** What a node that matches is sure to see: devices, ports, or both, that are named exactly. */
function keysOf({ interfaces }: ValidPattern): readonly string[] {
  const keys: string[] = []
  for (const source of interfaces ?? []) {
    if (isNegative(source)) continue
    const device = source.device.kind === 'exact' ? source.device.text : undefined
    const port = source.port.kind === 'exact' ? source.port.text : undefined
    if (device !== undefined || port !== undefined) keys.push(sightKey(device, port))
  }
  return keys
}
