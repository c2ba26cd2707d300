import fc from 'fast-check'
import type { Neighbor, NodeReport } from '../../node/report.ts'
import type { PlainPattern } from './naive-match.ts'

const DEVICES = ['a', 'b', 'ab', 'c']
const PORTS = ['1', '2', '12']
const LOCALS = ['Ethernet1', 'Ethernet2', 'Ethernet3', 'Ethernet1/1', 'Management1']

const device = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('any', ...DEVICES) },
  fc.constantFrom(
    'none',
    "regex('a')",
    "regex('.*b$')",
    "includes('b')",
    "excludes('a')",
    "exact('ab')",
  ),
)
const port = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('any', 'any', ...PORTS) },
  fc.constantFrom('none', "regex('1')", "includes('2')", "excludes('1')"),
)
const remote = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(device, port).map((parts) => parts.join(':')) },
  device,
)
const local = fc.oneof(
  { weight: 3, arbitrary: fc.constant('any') },
  fc.constantFrom('none', ...LOCALS),
  fc.subarray(LOCALS, { minLength: 2, maxLength: 3 }).map((names) => names.join(',')),
)

const BOGUS = /^(any (any none|none \w+)|none (any any|any none|none any|none \w+))$/

function isBogus([locals, written]: readonly [string, string]): boolean {
  const [of = '', on = written === 'none' ? 'none' : 'any'] = written.split(':')
  const word = (operand: string) => (operand === 'any' || operand === 'none' ? operand : 'given')
  const shape = [locals === 'any' || locals === 'none' ? locals : 'given', word(of), word(on)].join(
    ' ',
  )
  return shape !== 'none none none' && BOGUS.test(shape)
}

const interfaces = fc.array(
  fc.tuple(local, remote).filter((line) => !isBogus(line)),
  { maxLength: 5 },
)

/** Valid patterns; their names are for the caller to give. */
const pattern: fc.Arbitrary<Omit<PlainPattern, 'name'>> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ interfaces }) },
  fc.record({ interfaces, model: fc.constantFrom('DCS', 'x', '.*50') }),
  fc.record({ model: fc.constantFrom('DCS', 'x') }),
  fc.record({ node: fc.constantFrom('ABC123', 'XYZ') }),
  fc.record({ interfaces, node: fc.constantFrom('ABC123', 'XYZ') }),
)

/** A neighbordb: patterns with names, in order. */
export const patterns: fc.Arbitrary<readonly PlainPattern[]> = fc
  .array(pattern, { maxLength: 8 })
  .map((list) => list.map((each, index) => ({ ...each, name: `p${index}` })))

const neighbor: fc.Arbitrary<Neighbor> = fc.record({
  device: fc.constantFrom(...DEVICES),
  port: fc.constantFrom(...PORTS),
})

/** A node of few interfaces, so that patterns compete for them. */
export const report: fc.Arbitrary<NodeReport> = fc
  .record({
    model: fc.constantFrom('DCS-7050', 'x'),
    neighbors: fc.dictionary(fc.constantFrom(...LOCALS), fc.array(neighbor, { maxLength: 3 })),
  })
  .map(({ model, neighbors }) => ({
    model,
    serialnumber: 'ABC123',
    systemmac: null,
    version: null,
    neighbors: new Map(Object.entries(neighbors)),
  }))

/** The YAML of a neighbordb. */
export function yamlOf(list: readonly PlainPattern[]): string {
  const lines = list.flatMap(({ name, node, model, interfaces: written }) => [
    `  - name: ${name}`,
    '    definition: d',
    ...(node === undefined ? [] : [`    node: ${node}`]),
    ...(model === undefined ? [] : [`    model: '${model}'`]),
    ...(written === undefined ? [] : ['    interfaces:', ...interfaceLines(written)]),
  ])
  return `patterns:\n${lines.join('\n')}\n`
}

function interfaceLines(written: readonly (readonly [string, string])[]): readonly string[] {
  if (written.length === 0) return ['      []']
  return written.map(([on, seen]) => `      - ${on}: ${seen}`)
}
