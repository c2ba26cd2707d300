import { describe, expect, it } from 'vitest'
import { DOWN, poolsWorld, runPools } from './testing/pools-world.ts'

describe('ztps pools check', () => {
  it('reports on every pool, and on their use', async () => {
    const { status, out, err } = await runPools('check')
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out.split('\n').filter((line) => /^(?:Validating|WARNING|ERROR|\d)/.test(line))).toEqual(
      [
        'Validating /data/resources/mgmt...',
        expect.stringMatching(
          /^WARNING: \/data\/resources\/mgmt:1:1: no definition takes anything .* \[ZTP_UNUSED_POOL\]$/,
        ),
        expect.stringMatching(
          /^WARNING: \/data\/resources\/mgmt:2:1: 10.0.0.2\/24 is held by SN2, which has no folder/,
        ),
        'Validating /data/resources/names...',
        expect.stringMatching(
          /^WARNING: .*names:1:1: all 2 entries are held.* \[ZTP_POOL_EXHAUSTED\]$/,
        ),
        expect.stringMatching(/^WARNING: .*names:2:1: leaf2 is held by SN2, which has no folder/),
        'Validating sqlite:t...',
        expect.stringMatching(/^WARNING: sqlite:t:1:1: .*its only entry is held/),
        expect.stringMatching(/^WARNING: sqlite:t:1:1: x is held by SN9, which has no folder/),
        expect.stringMatching(/^WARNING: sqlite:t:1:1: no definition takes anything/),
        '0 errors, 7 warnings in 3 pools',
      ],
    )
  })

  it('looks at the pools that are named', async () => {
    const { out } = await runPools('check names --soon 3')
    expect(out).toMatch(/^Validating \/data\/resources\/names/)
    expect(out).toMatch(/in 1 pool\n$/)
  })

  it('names a pool that is not there, and a database that is down, with status 1', async () => {
    const missing = await runPools('check mgnt')
    expect(missing.status).toBe(1)
    expect(missing.out).toContain('ERROR: mgnt:1:1: there is no file pool mgnt; did you mean mgmt?')
    const down = await runPools('check --json', DOWN)
    expect(down.status).toBe(1)
    expect(JSON.parse(down.out).diagnostics).toContainEqual({
      code: 'ZTP_STORE_FAILED',
      severity: 'error',
      file: 'postgres',
      line: 1,
      column: 1,
      message: 'connection refused',
    })
  })

  it('shows the first of many of a kind', async () => {
    const there = poolsWorld()
    const entries = Array.from({ length: 40 }, (_, at) => ({ key: `x${at}`, holder: `GONE${at}` }))
    await there.sqlite.add('many', entries, { dryRun: false })
    const { out } = await runPools('check sqlite:many', there)
    expect(out.match(/ZTP_STRANGE_HOLDER/g)).toHaveLength(11)
    expect(out).toContain('\n... and 30 more [ZTP_STRANGE_HOLDER]; --json shows all\n')
  })
})
