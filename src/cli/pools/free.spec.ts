import { describe, expect, it } from 'vitest'
import { freeEntry } from '../../resource/testing/fake-pool-admin.ts'
import { NOW } from '../testing/fixed-deps.ts'
import { localTime } from '../when.ts'
import { DOWN, HOUR, MINUTE, poolsWorld, runPools } from './testing/pools-world.ts'

describe('ztps pools free', () => {
  it('frees entries, and warns of a node that is there still', async () => {
    const there = poolsWorld()
    const since = localTime(NOW - 3 * HOUR)
    expect(await runPools('free mgmt 10.0.0.1/24 10.0.0.3/24', there)).toEqual({
      status: 0,
      out: `10.0.0.3/24 is free already\nfreed 10.0.0.1/24 of mgmt: in use by SN1 since ${since} (3 h)\n`,
      err: expect.stringMatching(/^WARNING: SN1 is a node of this server still/),
    })
    expect(there.files.entries('mgmt')[0]).toEqual(freeEntry('10.0.0.1/24'))
  })

  it('refuses what was just given out, and takes --force', async () => {
    const there = poolsWorld()
    const since = localTime(NOW - 5 * MINUTE)
    const refused = await runPools('free mgmt 10.0.0.2/24', there)
    expect(refused).toMatchObject({ status: 1, out: '' })
    expect(refused.err).toContain(
      `ERROR: just given out: 10.0.0.2/24 of mgmt: reserved by SN2/lo since ${since} (5 min)\nNothing was freed: `,
    )
    expect(there.files.entries('mgmt')[1]?.holder).toBe('SN2/lo')
    expect(await runPools('free mgmt 10.0.0.2/24 --force', there)).toMatchObject({
      status: 0,
      err: '',
    })
    expect(there.files.entries('mgmt')[1]?.holder).toBeNull()
  })

  it('names what the pool does not have, and frees nothing', async () => {
    const there = poolsWorld()
    expect(await runPools('free mgmt 10.0.0.1/24 10.0.0.2', there)).toEqual({
      status: 1,
      out: '',
      err: 'ERROR: mgmt has no entry 10.0.0.2; did you mean 10.0.0.2/24?\nNothing was freed.\n',
    })
    expect(there.files.entries('mgmt')[0]?.holder).toBe('SN1')
  })

  it('frees all of a node everywhere, and shows it first', async () => {
    const there = poolsWorld()
    const dry = await runPools('free --node SN1 --dry-run', there)
    expect(dry.out).toMatch(
      /^would free 10.0.0.1\/24 of mgmt: .*\nwould free leaf1 of names: held by SN1\n$/,
    )
    expect(there.files.entries('names')[0]?.holder).toBe('SN1')
    expect((await runPools('free --node SN1', there)).out).toBe(
      dry.out.replaceAll('would free', 'freed'),
    )
    expect(there.files.entries('names')[0]?.holder).toBeNull()
    expect(await runPools('free --node SN1', there)).toEqual({
      status: 0,
      out: 'SN1 holds nothing in any pool\n',
      err: '',
    })
  })

  it('frees all of a node in one pool', async () => {
    const there = poolsWorld()
    expect((await runPools('free names --node SN1', there)).out).toBe(
      'freed leaf1 of names: held by SN1\n',
    )
    expect(there.files.entries('mgmt')[0]?.holder).toBe('SN1')
  })

  it('fails when a database could not be asked', async () => {
    const { status, out, err } = await runPools('free --node SN9', DOWN)
    expect([status, out]).toEqual([1, 'freed x of sqlite:t: in use by SN9\n'])
    expect(err).toBe('ERROR: postgres: connection refused\n')
  })

  it('answers in JSON', async () => {
    const { out } = await runPools('free mgmt 10.0.0.1/24 --json --dry-run')
    expect(JSON.parse(out)).toEqual({
      dry_run: true,
      freed: [
        {
          pool: 'mgmt',
          entry: '10.0.0.1/24',
          holder: 'SN1',
          state: 'in use',
          since: '2026-11-22T11:22:33.000Z',
        },
      ],
      already_free: [],
      unknown: [],
      refused: [],
      failures: [],
    })
  })

  it.each([
    ['free', /name a pool and its entries, or --node ID/],
    ['free mgmt', /name the entries of mgmt to free, or --node ID/],
    ['free mgmt a --node SN1', /either entries or --node, not both: leave out a/],
  ])('refuses %s', async (line, message) => {
    expect(await runPools(line)).toEqual({
      status: 2,
      out: '',
      err: expect.stringMatching(message),
    })
  })
})
