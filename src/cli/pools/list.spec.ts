import { describe, expect, it } from 'vitest'
import { DOWN, runPools } from './testing/pools-world.ts'

describe('ztps pools list', () => {
  it('shows how much of each pool is given out', async () => {
    expect(await runPools('list')).toEqual({
      status: 0,
      err: '',
      out: `pool      entries  free  reserved  in use  held  % used
────────  ───────  ────  ────────  ──────  ────  ──────
mgmt            7     5         1       1     0      28
names           2     0         0       0     2     100  EXHAUSTED
sqlite:t        1     0         0       1     0     100  EXHAUSTED
`,
    })
  })

  it('says what soon exhausted means', async () => {
    const { out } = await runPools('list --soon 6')
    expect(out).toMatch(/^mgmt .* soon exhausted$/m)
    expect(out).toMatch(/\n\nsoon exhausted: fewer than 6 free\n$/)
  })

  it('shows the others when a database is down, with status 1', async () => {
    const { status, out, err } = await runPools('list', DOWN)
    expect([status, err]).toEqual([1, 'ERROR: postgres: connection refused\n'])
    expect(out).toMatch(/^sqlite:t /m)
  })

  it('answers in JSON', async () => {
    const { status, out } = await runPools('list --json', DOWN)
    const { pools, failures } = JSON.parse(out)
    expect([status, failures]).toEqual([1, [{ pool: 'postgres', reason: 'connection refused' }]])
    expect(pools).toHaveLength(3)
    expect(pools[0]).toEqual({
      pool: 'mgmt',
      kind: 'file',
      entries: 7,
      free: 5,
      reserved: 1,
      in_use: 1,
      held: 0,
      used_percent: 28,
      shortage: null,
    })
  })

  it('says that there is none', async () => {
    expect(await runPools('list', { admins: [] })).toMatchObject({
      status: 0,
      out: 'There are no pools.\n',
    })
  })

  it('wants a number', async () => {
    expect(await runPools('list --soon few')).toMatchObject({ status: 2, out: '' })
  })
})
