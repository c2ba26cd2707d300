import { describe, expect, it } from 'vitest'
import { candidateEntries } from './candidates.ts'
import { compileNeighbordb, NeighbordbBuilder } from './compile.ts'
import { sightOf } from './sight.ts'
import { parse, reportOf, type Sighting } from './testing/examples.ts'

/** Patterns p0, p1, … of these interface patterns. */
function sourceOf(lists: readonly (readonly string[])[]) {
  const patterns = lists.map(
    (lines, index) =>
      `  - name: p${index}\n    definition: d\n    interfaces: [${lines.map((each) => `{${each}}`).join(', ')}]\n`,
  )
  const { value } = parse(`patterns:\n${patterns.join('')}`)
  if (value === undefined) throw new TypeError('broken')
  return value
}

function candidates(lists: readonly (readonly string[])[], seen: Record<string, Sighting>) {
  const db = compileNeighbordb(sourceOf(lists))
  return [...candidateEntries(db, sightOf(reportOf(seen)))].map(({ pattern }) => pattern.name)
}

describe('the index', () => {
  const SEEN = { Ethernet1: 'spine1:Ethernet7', Ethernet2: 'spine2:Ethernet7' }

  it('spares a node the patterns of devices it does not see', () => {
    const pods = Array.from({ length: 500 }, (_, pod) => [`any: 'pod${pod}-spine1:any'`])
    const seen = { Ethernet1: 'pod123-spine1:Ethernet1' }
    expect(candidates(pods, seen)).toEqual(['p123'])
  })

  it('spares it those of the same device on other ports', () => {
    const ports = Array.from({ length: 500 }, (_, port) => [`any: 'spine1:Ethernet${port}'`])
    expect(candidates(ports, SEEN)).toEqual(['p7'])
  })

  it('uses the rarer of two names', () => {
    const leaves = Array.from({ length: 100 }, (_, leaf) => ['any: spine1', `any: peer${leaf}`])
    expect(candidates(leaves, { ...SEEN, Ethernet3: 'peer42:1' })).toEqual(['p0', 'p42'])
  })

  it('keeps the order of the file', () => {
    const lists = [
      ['any: spine2'],
      ["any: regex('spine')"],
      ['any: spine1'],
      [],
      ['any: spine9'],
      ['none: spine9'],
      ['any: any:Ethernet7'],
      ['any: $nowhere'],
      ['any: spine1:Ethernet7'],
    ]
    expect(candidates(lists, SEEN)).toEqual(['p0', 'p1', 'p2', 'p3', 'p5', 'p6', 'p7', 'p8'])
  })
})

describe('NeighbordbBuilder', () => {
  it('makes the same of batches sent between threads as of the whole', () => {
    const source = sourceOf(Array.from({ length: 50 }, (_, each) => [`any: spine${each % 7}`]))
    const builder = new NeighbordbBuilder()
    for (let at = 0; at < 50; at += 8)
      builder.add(structuredClone(source.patterns.slice(at, at + 8)))
    const inBatches = builder.finish()
    const whole = compileNeighbordb(source)
    expect(inBatches.bySight).toEqual(whole.bySight)
    expect(inBatches.entries.map(({ pattern }) => pattern.name)).toEqual(
      whole.entries.map(({ pattern }) => pattern.name),
    )
  })
})
