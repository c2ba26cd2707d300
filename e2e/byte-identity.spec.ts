import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC, leafReport, postNode } from './support/fabric.ts'
import { runZtps, startServer, type TestServer } from './support/server.ts'

/**
 * Pools as a person may write them. What stands in ⟦ ⟧ is free: the first is the first node's, and
 * so on. Every byte outside must stay.
 */
const ODD: Readonly<Record<string, string>> = {
  'comments wherever one may stand': `# ⟪mgmt⟫ – 管理 🚦 # "a": null
#a: null

a: ⟦null⟧ # spare: yes
 # indented
b:   ⟦~⟧    #no blank
c:⟦⟧ # nothing
d:⟦⟧
# the end: null`,
  'Windows line ends, none at the end': 'a: ⟦null⟧\r\n\r\n# c\r\nb:⟦⟧\r\nc: ⟦~⟧ # c\r\nd: ⟦null⟧',
  'line ends of all kinds': 'a: ⟦null⟧\r\nb: ⟦null⟧\n\n\r\nc: ⟦null⟧\rd: ⟦null⟧\u0085e: HELD\n',
  'a byte-order mark, a directive, document marks':
    '\ufeff%YAML 1.1\n# before\n--- # pool\na: ⟦null⟧\nb: ⟦null⟧\nc: ⟦null⟧\n...\n# after\n',
  'a byte-order mark and nothing else': '\ufeffa: ⟦null⟧\nb: ⟦⟧\nc: ⟦null⟧\n'.replace(' ⟦⟧', '⟦⟧'),
  'quotes of every kind': `'a': ⟦'None'⟧
"b\\x63" : ⟦""⟧
'it''s':    ⟦''⟧ # ''
"x: y # z": ⟦null⟧
'': 'HELD'
`,
  'words for nothing': `a: ⟦Null⟧
b: ⟦NULL⟧
c: ⟦false⟧
d: ⟦No⟧
e: ⟦0⟧
f: ⟦0x0⟧
g: ⟦none⟧
h: ⟦!!null null⟧
i: ⟦0.0⟧
`,
  'a flow map on one line': '{a: ⟦null⟧, "b" : ⟦~⟧ ,c: HELD, d: ⟦null⟧,}\n',
  'a flow map on many': `{ # all
  a: ⟦null⟧ , # first
  b: ⟦~⟧
  ,
  'c':⟦null⟧
}   # end
`.replace("'c':⟦null⟧", "'c': ⟦null⟧"),
  'marked keys': '? a\n: ⟦null⟧ # c\n? "b"\n:  ⟦~⟧\n? c d\n:\n  ⟦null⟧\n# e\n',
  'values in odd places': `a:
  ⟦null⟧ # below
b:

    # between
    ⟦~⟧
c:      ⟦null⟧
d: |
  HELD
  by
e: >-
  HELD
f: [HELD, too]
g: {HELD: too}
`,
  'keys with anchors, holders with anchors, tags and aliases': `&k a: ⟦null⟧
b: &x HELD
c: *x
d: !!str HELD
e: ⟦null⟧
!!str f: ⟦null⟧
`,
  'all of it indented': '   a: ⟦null⟧\n   # c\n # d\n   b:⟦⟧\n   c: ⟦null⟧\n',
  'blanks at the ends': 'a: ⟦null⟧     \n   \nb: ⟦null⟧ # c  \n  \nc:⟦⟧   \n\n\n',
  'numbers, dates and words for keys': `1: ⟦null⟧
007: ⟦null⟧
0x1F: HELD
2024-01-31: ⟦null⟧
1.50: HELD
1:2:3: HELD
no: HELD
null: HELD
`,
  addresses: `192.0.2.1/24: ⟦null⟧
2001:db8::1/64: ⟦null⟧
2001:DB8::: ⟦null⟧
fe80::1%eth0: HELD
`,
  'holders that are no nodes': `x: set aside, for the lab # sic
y: "JPE\\u0039"
z: 2024-01-31
a: ⟦null⟧
b: ⟦null⟧
c: ⟦null⟧
`,
  'long lines': `${'k'.repeat(250)}: ⟦null⟧ # ${'c'.repeat(5_000)}
${'"'}${'q'.repeat(900)}": ⟦null⟧
? ${'m'.repeat(2_000)}
: ⟦null⟧
`,
}

/** Serial numbers, and how each is written: some would be something else without quotes. */
const NODES = [
  ['JPE1', 'JPE1'],
  ['00123', "'00123'"],
  ['NO', "'NO'"],
] as const
const HEIR = ['0x1F', "'0x1F'"] as const

let data: DataRoot
let server: TestServer
/** All pools, by name, after each thing that was done. */
const snapshots: Record<string, Readonly<Record<string, string>>> = {}
const POOLS = Object.entries(ODD).map(([name, template], at) => ({
  name,
  pool: `odd${at}`,
  template,
}))

beforeAll(async () => {
  const variables = POOLS.map(({ pool }) => `        ${pool}: allocate('${pool}')\n`).join('')
  const definition = `actions:\n  - action: add_config\n    attributes:\n      variables:\n${variables}`
  const files = POOLS.map(({ pool, template }) => [`resources/${pool}`, filled(template, [])])
  data = await makeDataRoot({
    ...FABRIC,
    'definitions/leaf': definition,
    ...Object.fromEntries(files),
  })
  await writeFile(conf(), `[default]\ndata_root = ${data.path}\n`)
  server = await startServer({ dataRoot: data.path })
  for (const [id] of NODES) {
    expect((await postNode(server.url, leafReport(id))).status).toBe(201)
    const answer = await fetch(`${server.url}/nodes/${id}`)
    expect([answer.status, await answer.text(), server.log()]).toEqual([
      200,
      expect.stringContaining('odd0'),
      expect.anything(),
    ])
  }
  await snap('given out')
  await ztps('nodes', 'replace', NODES[1][0], HEIR[0])
  await snap('given to another')
  await ztps('pools', 'free', '--force', '--node', NODES[0][0])
  await snap('freed')
})

afterAll(async () => {
  await server.stop()
  await data.remove()
})

const conf = () => join(data.path, '..', 'ztps.conf')

async function ztps(...words: readonly string[]): Promise<void> {
  const { status, stdout, stderr } = await runZtps(['-c', conf(), ...words])
  expect([status, stdout + stderr]).toEqual([0, expect.any(String)])
}

async function snap(when: string): Promise<void> {
  const texts = POOLS.map(async ({ pool }) => {
    const bytes = await readFile(join(data.path, 'resources', pool))
    return [pool, bytes.toString('utf8')] as const
  })
  snapshots[when] = Object.fromEntries(await Promise.all(texts))
}

/** The template with these values in its places, and what stands there in all others. */
function filled(template: string, values: readonly string[]): string {
  let at = 0
  return template.replace(/⟦(.*?)⟧/g, (_place, free: string) => {
    const value = values[at]
    at += 1
    if (value === undefined) return free
    return free === '' ? ` ${value}` : value
  })
}

const [first, second, third] = NODES.map(([, written]) => written)
const STAGES: readonly (readonly [string, readonly string[]])[] = [
  ['given out', [first, second, third].map(String)],
  ['given to another', [String(first), HEIR[1], String(third)]],
  ['freed', ['null', HEIR[1], String(third)]],
]

describe.each(STAGES)('entries that were %s', (when, values) => {
  it.each(POOLS)('change nothing else: $name', ({ pool, template }) => {
    expect(snapshots[when]?.[pool]).toBe(filled(template, values))
  })
})
