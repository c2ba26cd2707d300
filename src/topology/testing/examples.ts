import type { Identifier, NodeId } from '../../node/identity.ts'
import { nodeIdFor } from '../../node/identity.ts'
import type { Neighbor, NodeReport } from '../../node/report.ts'
import { compileNeighbordb } from '../compile.ts'
import type { Neighbordb } from '../neighbordb.ts'
import { parseNeighbordb } from '../parse.ts'

/** `device:port`, or several; everything after the first colon is the port. */
export type Sighting = string | readonly string[]

/** A report of what is seen where: `{Ethernet1: 'spine1:Ethernet2'}`. */
export function reportOf(
  seen: Readonly<Record<string, Sighting>>,
  model: string | null = 'DCS-7050',
): NodeReport {
  const neighbors = Object.entries(seen).map(([local, at]): [string, readonly Neighbor[]] => [
    local,
    (typeof at === 'string' ? [at] : at).map((each) => {
      const colon = each.indexOf(':')
      return { device: each.slice(0, colon), port: each.slice(colon + 1) }
    }),
  ])
  return {
    model,
    serialnumber: 'ABC123',
    systemmac: '001122334455',
    version: '4.30',
    neighbors: new Map(neighbors),
  }
}

/** A node id that is known to be one. */
export function idOf(text: string): NodeId {
  const id = nodeIdFor(text, 'serialnumber')
  if (id === undefined) throw new TypeError(`${text} is no node id`)
  return id
}

/** Parses a neighbordb. */
export function parse(text: string, identifier: Identifier = 'serialnumber') {
  return parseNeighbordb(text, { file: 'neighbordb', identifier })
}

/** Compiles a neighbordb, invalid patterns included. */
export function compile(text: string, identifier: Identifier = 'serialnumber'): Neighbordb {
  const { value, diagnostics } = parse(text, identifier)
  if (value === undefined) throw new TypeError(`broken: ${JSON.stringify(diagnostics)}`)
  return compileNeighbordb(value)
}

/** A neighbordb of one pattern with these interface patterns, one a line: `Ethernet1: a:b`. */
export function withInterfaces(...lines: readonly string[]): string {
  const list = lines.map((line) => `      - ${line}`).join('\n')
  return `patterns:\n  - name: p\n    definition: d\n    interfaces:\n${list}\n`
}
