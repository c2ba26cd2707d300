import { describe, expect, it } from 'vitest'
import { NOW } from '../testing/fixed-deps.ts'
import { localTime } from '../when.ts'
import { HOUR, MINUTE, runPools } from './testing/pools-world.ts'

describe('ztps pools show', () => {
  it('shows who has what since when', async () => {
    const since = [NOW - 3 * HOUR, NOW - 5 * MINUTE].map(localTime)
    expect(await runPools('show mgmt')).toEqual({
      status: 0,
      err: '',
      out: `mgmt: 7 entries, 5 free, 1 reserved, 1 in use, 0 held (28 % used)

entry                  state     holder  since
─────────────────────  ────────  ──────  ─────────────────────────────────
10.0.0.1/24            in use    SN1     ${since[0]} (3 h)
10.0.0.2/24            reserved  SN2/lo  ${since[1]} (5 min)
10.0.0.3/24            free
10.0.0.8-10.0.0.11/24  4 free
`,
    })
  })

  it.each([
    ['--free', ['10.0.0.3/24', '10.0.0.8-10.0.0.11/24']],
    ['--held', ['10.0.0.1/24', '10.0.0.2/24']],
    ['--node SN2', ['10.0.0.2/24']],
    ['--node SN', []],
  ])('chooses: %s', async (flags, expected) => {
    const { out } = await runPools(`show mgmt ${flags} --json`)
    const { entries, ...head } = JSON.parse(out)
    expect(entries.map((each: { readonly key: string }) => each.key)).toEqual(expected)
    const numbers = { total: 7, free: 5, reserved: 1, in_use: 1, held: 0 }
    expect(head).toEqual({ pool: 'mgmt', kind: 'file', ...numbers, warnings: [] })
  })

  it('answers in JSON', async () => {
    const { entries } = JSON.parse((await runPools('show mgmt --json')).out)
    const none = { holder: null, state: 'free', since: null }
    expect(entries).toEqual([
      {
        key: '10.0.0.1/24',
        holder: 'SN1',
        state: 'in use',
        since: '2026-11-22T11:22:33.000Z',
        size: 1,
      },
      {
        key: '10.0.0.2/24',
        holder: 'SN2/lo',
        state: 'reserved',
        since: '2026-11-22T14:17:33.000Z',
        size: 1,
      },
      { key: '10.0.0.3/24', ...none, size: 1 },
      { key: '10.0.0.8-10.0.0.11/24', ...none, size: 4 },
    ])
  })

  it('shows nothing but the numbers when nothing is chosen', async () => {
    expect((await runPools('show names --free')).out).toBe(
      'names: 2 entries, 0 free, 0 reserved, 0 in use, 2 held (100 % used)\n',
    )
  })

  it('passes on what the place warns of', async () => {
    expect((await runPools('show names')).err).toBe('WARNING: leaf2 stands there twice\n')
  })

  it.each([
    ['show', 2, /missing required argument 'POOL'/],
    ['show mgmt --free --held', 2, /--free and --held do not go together/],
    ['show mgmt --node ../x', 2, /--node takes a node id, not '..\/x'/],
    ['show t', 1, /there is no file pool t; did you mean sqlite:t\?/],
    ['show postgres:t', 1, /\[postgres\] url is not set/],
  ])('refuses %s', async (line, status, message) => {
    expect(await runPools(line)).toEqual({ status, out: '', err: expect.stringMatching(message) })
  })
})
