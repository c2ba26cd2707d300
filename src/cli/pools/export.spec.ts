import { describe, expect, it } from 'vitest'
import { runPools } from './testing/pools-world.ts'

describe('ztps pools export', () => {
  it.each([
    ['', 'key,holder,state,since\nleaf1,SN1,held,\nleaf2,SN2,held,\n'],
    ['--format yaml', 'leaf1: SN1\nleaf2: SN2\n'],
    [
      '--format json',
      '{"pool": "names", "entries": [\n{"key":"leaf1","holder":"SN1","state":"held","since":null},\n{"key":"leaf2","holder":"SN2","state":"held","since":null}\n]}\n',
    ],
  ])('writes the pool: %s', async (flags, out) => {
    expect(await runPools(`export names ${flags}`.trim())).toEqual({ status: 0, out, err: '' })
  })
})
