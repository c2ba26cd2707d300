import { describe, expect, it } from 'vitest'
import { freeEntry, heldEntry } from '../../resource/testing/fake-pool-admin.ts'
import { poolsWorld, runPools } from './testing/pools-world.ts'

const CSV = `key,holder
10.0.0.1/24,
10.0.0.2/24,SN2/lo
10.0.0.3/24,SN3
10.0.0.4/24,SN4
`

describe('ztps pools import', () => {
  it('brings entries and holders in, and takes nothing from anybody', async () => {
    const there = poolsWorld()
    const dry = await runPools('import mgmt in.csv --dry-run', there, { 'in.csv': CSV })
    expect(dry).toEqual({
      status: 0,
      err: '',
      out: `would add 1 entry to mgmt: 10.0.0.4/24
would give 10.0.0.3/24 to SN3
10.0.0.1/24 stays with SN1, who holds it here
1 entry of mgmt unchanged
`,
    })
    const { out } = await runPools('import mgmt -', there, { '-': CSV })
    expect(out).toBe(dry.out.replace('would add', 'added').replace('would give', 'gave'))
    expect(there.files.entries('mgmt').map((each) => each.holder)).toEqual([
      'SN1',
      'SN2/lo',
      'SN3',
      null,
      'SN4',
    ])
    const again = await runPools('import mgmt -', there, { '-': CSV })
    expect(again.out).toBe(
      '10.0.0.1/24 stays with SN1, who holds it here\n3 entries of mgmt unchanged\n',
    )
  })

  it('makes a table of a pool file', async () => {
    const there = poolsWorld()
    const file = '# management\na: SN1\nx[1-2]:\n'
    expect(await runPools('import sqlite:new p', there, { p: file })).toMatchObject({
      status: 0,
      out: 'made the pool sqlite:new\nadded 3 entries to sqlite:new: a, x1, x2\n',
    })
    const entries = [heldEntry('a', 'SN1', 'held'), freeEntry('x1'), freeEntry('x2')]
    expect(there.sqlite.entries('new')).toEqual(entries)
  })

  it('does nothing at all when there is a conflict, and names each', async () => {
    const there = poolsWorld()
    const text = 'key,holder\n10.0.0.1/24,SN9\n10.0.0.3/24,SN1\n10.0.0.4/24,\n'
    expect(await runPools('import mgmt in.csv', there, { 'in.csv': text })).toEqual({
      status: 1,
      out: '',
      err: `ERROR: 10.0.0.1/24 is held by SN1 here, and by SN9 in what is imported
ERROR: 10.0.0.3/24 would be SN1's, who holds 10.0.0.1/24 here already
Nothing was imported.
`,
    })
    expect(there.files.entries('mgmt')).toHaveLength(4)
  })

  it('names what is wrong with the file, line by line', async () => {
    const text = 'key,state\na,busy\nb,in use\n'
    const { status, out, err } = await runPools('import mgmt in.csv', poolsWorld(), {
      'in.csv': text,
    })
    expect([status, out]).toEqual([1, ''])
    expect(err).toMatch(
      /^ERROR: in.csv:2:1: 'busy' is no state: .*\n {4}a,busy\n {4}\^\nERROR: in.csv:3:1: it is in use, and nobody holds it .*\n/,
    )
    expect(err).toMatch(/\nNothing was imported: mend the file first.\n$/)
  })

  it('takes the format that is named', async () => {
    const { err } = await runPools('import mgmt - --format json', poolsWorld(), {
      '-': 'a: null\n',
    })
    expect(err).toMatch(/^ERROR: standard input:1:1: not valid JSON/)
  })

  it('answers in JSON', async () => {
    const { out } = await runPools('import mgmt - --json', poolsWorld(), { '-': CSV })
    expect(JSON.parse(out)).toEqual({
      pool: 'mgmt',
      dry_run: false,
      added: ['10.0.0.4/24'],
      given: [{ entry: '10.0.0.3/24', holder: 'SN3' }],
      present: ['10.0.0.2/24'],
      kept: [{ entry: '10.0.0.1/24', holder: 'SN1' }],
      conflicts: [],
      created: false,
    })
  })
})
