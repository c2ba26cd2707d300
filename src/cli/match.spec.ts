import { describe, expect, it } from 'vitest'
import { filesInMemory } from '../provision/validate/testing/files-in-memory.ts'
import { SOUND } from '../provision/validate/testing/sound-site.ts'
import { runCli } from './program.ts'
import { fixedDeps } from './testing/fixed-deps.ts'
import { recordedIo } from './testing/recorded-io.ts'

const NEIGHBORS = { Ethernet1: [{ device: 'spine1', port: 'Ethernet1' }] }
const TEXTS = {
  'leaf.json': JSON.stringify({ serialnumber: 'SN9', neighbors: NEIGHBORS }),
  'known.json': JSON.stringify({ serialnumber: 'SN1', neighbors: NEIGHBORS }),
  'lost.json': JSON.stringify({ serialnumber: 'SN9', neighbors: {} }),
  '-': JSON.stringify({ serialnumber: 'SN8', neighbors: NEIGHBORS }),
  'nobody.json': '{}',
  'bad.json': '{"serialnumber": ',
}

async function run(line: string, change: Readonly<Record<string, string>> = {}) {
  const io = recordedIo()
  const deps = fixedDeps(filesInMemory({ ...SOUND, ...change }), TEXTS)
  const status = await runCli(['match', ...line.split(' ')], io, deps)
  return { status, out: io.out(), err: io.err() }
}

describe('ztps match', () => {
  it('prints pattern and definition', async () => {
    expect(await run('leaf.json')).toEqual({
      status: 0,
      out: 'node:       SN9\npattern:    leaf\ndefinition: pod1/leaf\n',
      err: '',
    })
  })

  it('reads standard input and answers in JSON', async () => {
    const { status, out } = await run('- --json --explain')
    expect(status).toBe(0)
    expect(JSON.parse(out)).toEqual({
      node: 'SN8',
      known: false,
      matched: true,
      pattern: 'leaf',
      definition: 'pod1/leaf',
      explanation: ["pattern 'leaf' (line 2) matches"],
    })
  })

  it('explains why nothing matches, with status 1', async () => {
    const { status, out } = await run('lost.json --explain')
    expect(status).toBe(1)
    expect(out).toMatch(
      /ERROR: no pattern of neighbordb matches\n\npattern 'leaf' \(line 2\) does not match: .*Ethernet1/,
    )
  })

  it('says that a known node is not placed again', async () => {
    const { status, out } = await run('known.json')
    expect(status).toBe(0)
    expect(out).toContain('nodes/SN1 exists: the node is served from there')
  })

  const refusals: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    [
      'a missing definition',
      { neighbordb: 'patterns: [{name: a, definition: gone, interfaces: []}]' },
      /ERROR: there is no file \/data\/definitions\/gone\n/,
    ],
    [
      'a broken definition',
      { 'definitions/pod1/leaf': 'actions: 1\n' },
      /ERROR: \/data\/definitions\/pod1\/leaf is no valid definition\nERROR: \/data\/definitions\/pod1\/leaf:1:10: /,
    ],
    [
      'a missing config-handler',
      {
        neighbordb:
          'patterns: [{name: a, definition: pod1/leaf, config-handler: x, interfaces: []}]',
      },
      /ERROR: there is no file \/data\/config-handlers\/x\n/,
    ],
    [
      'an invalid pattern',
      {
        neighbordb: "patterns: [{name: a, definition: pod1/leaf, interfaces: [{any: 'any:none'}]}]",
      },
      /ERROR: pattern 'a' is invalid, and the node reached it\nERROR: \/data\/neighbordb:1:/,
    ],
    [
      'a broken neighbordb',
      { neighbordb: '[' },
      /ERROR: \/data\/neighbordb cannot be read as patterns\nERROR: \/data\/neighbordb:/,
    ],
  ]
  it.each(refusals)('tells of %s, with status 1', async (_name, change, text) => {
    const { status, out } = await run('leaf.json', change)
    expect(status).toBe(1)
    expect(out).toMatch(text)
  })

  it.each([
    ['nobody.json', /^ztps: nobody.json: the report has no serialnumber/],
    ['bad.json', /^ztps: bad.json: not valid JSON/],
    ['gone.json', /^ztps: gone.json does not exist/],
  ])('refuses %s', async (file, message) => {
    const { status, err } = await run(file)
    expect(status).toBe(1)
    expect(err).toMatch(message)
  })
})
