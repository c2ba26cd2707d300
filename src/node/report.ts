import { toJson } from '../kernel/json.ts'
import type { Value } from '../kernel/value.ts'
import { withoutSeparators } from './identity.ts'

/** Somebody seen by LLDP on one interface. */
export type Neighbor = { readonly device: string; readonly port: string }

/** Local interface name → those seen there. */
type Neighbors = ReadonlyMap<string, readonly Neighbor[]>

/** What a switch says of itself: the content of `.node`. */
export type NodeReport = {
  readonly model: string | null
  readonly serialnumber: string | null
  /** Lower case, without separators. */
  readonly systemmac: string | null
  readonly version: string | null
  readonly neighbors: Neighbors
}

/** A report as read, with the configuration that a POST may carry, or what is wrong with it. */
export type ParsedReport =
  | { readonly kind: 'report'; readonly report: NodeReport; readonly config?: string }
  | Bad

type Bad = { readonly kind: 'bad'; readonly reason: string }

/** A Map, so that keys such as __proto__ are names like any other. */
type Fields = ReadonlyMap<string, unknown>

/** A full modular chassis has fewer; more is somebody playing. */
const MAX_NEIGHBORS = 2048
/** LLDP carries at most 511 bytes in one field. */
const MAX_TEXT = 512

const TEXT_FIELDS = ['model', 'serialnumber', 'systemmac', 'version'] as const

/**
 * Reads what POST /nodes brings, or what `.node` holds; the same rules for both.
 *
 * Everything but the shape is optional: an absent field is null, absent neighbours are none. Unknown
 * keys are left out.
 *
 * @param json what JSON.parse gave
 */
export function parseReport(json: unknown): ParsedReport {
  const fields = fieldsOf(json)
  if (fields === undefined) return bad('the report must be a JSON object')
  for (const key of TEXT_FIELDS) {
    const value = fields.get(key) ?? ''
    const problem = textProblem(value)
    if (problem !== undefined) return bad(`${key} ${problem}`)
  }
  const read = neighborsOf(fields.get('neighbors') ?? {})
  if (read.kind === 'bad') return read
  const config = fields.get('config') ?? undefined
  if (config !== undefined && typeof config !== 'string') return bad('config must be text')
  const report = reportOf(fields, read.neighbors)
  return { kind: 'report', report, ...(config !== undefined && { config }) }
}

function reportOf(fields: Fields, neighbors: Neighbors): NodeReport {
  const systemmac = textOf(fields, 'systemmac')
  return {
    model: textOf(fields, 'model'),
    serialnumber: textOf(fields, 'serialnumber'),
    systemmac: systemmac === null ? null : withoutSeparators(systemmac),
    version: textOf(fields, 'version'),
    neighbors,
  }
}

function neighborsOf(json: unknown): { readonly kind: 'read'; neighbors: Neighbors } | Bad {
  const locals = fieldsOf(json)
  if (locals === undefined) return bad('neighbors must be an object: interface → list of neighbors')
  const neighbors = new Map<string, readonly Neighbor[]>()
  let count = 0
  for (const [local, list] of locals) {
    if (local.length > MAX_TEXT) return bad('neighbors has an interface name that is too long')
    if (!Array.isArray(list)) return bad(`neighbors of ${local} must be a list`)
    count += Math.max(list.length, 1)
    if (count > MAX_NEIGHBORS) return bad(`neighbors are more than ${MAX_NEIGHBORS}`)
    const seen = seenOn(local, list)
    if (seen.kind === 'bad') return seen
    neighbors.set(local, seen.neighbors)
  }
  return { kind: 'read', neighbors }
}

function seenOn(
  local: string,
  list: readonly unknown[],
): { readonly kind: 'read'; readonly neighbors: readonly Neighbor[] } | Bad {
  const neighbors: Neighbor[] = []
  for (const each of list) {
    const fields = fieldsOf(each)
    if (fields === undefined) return bad(`a neighbor on ${local} must be {device, port}`)
    for (const key of ['device', 'port']) {
      const value = fields.get(key) ?? null
      if (value === null) return bad(`a neighbor on ${local} has no ${key}`)
      const problem = textProblem(value)
      if (problem !== undefined) return bad(`${key} of a neighbor on ${local} ${problem}`)
    }
    neighbors.push({ device: textOf(fields, 'device') ?? '', port: textOf(fields, 'port') ?? '' })
  }
  return { kind: 'read', neighbors }
}

function bad(reason: string): Bad {
  return { kind: 'bad', reason }
}

function fieldsOf(json: unknown): Fields | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  return new Map(Object.entries(json))
}

function textOf(fields: Fields, key: string): string | null {
  const value = fields.get(key)
  return typeof value === 'string' ? value : null
}

function textProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text'
  return value.length > MAX_TEXT ? `is longer than ${MAX_TEXT} characters` : undefined
}

/** The text of `.node`: `{model, systemmac, serialnumber, version, neighbors}`. */
export function reportToJson(report: NodeReport): string {
  const { model, systemmac, serialnumber, version, neighbors } = report
  const fields: Record<string, Value> = { model, systemmac, serialnumber, version }
  const seen = [...neighbors].map(([local, list]): [string, Value] => [
    local,
    list.map(({ device, port }) => new Map(Object.entries({ device, port }))),
  ])
  return toJson(new Map([...Object.entries(fields), ['neighbors', new Map(seen)]]))
}
