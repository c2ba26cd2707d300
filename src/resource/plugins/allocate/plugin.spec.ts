import { describe, expect, it } from 'vitest'
import { fakePools } from '../../testing/fake-pools.ts'
import { request } from '../../testing/requests.ts'
import { allocatePlugin } from './plugin.ts'

describe('allocate', () => {
  it('gives each node, and each of its labels, an entry of its own', async () => {
    const { pools, holders } = fakePools({ p: ['a', 'b', 'c'] })
    const plugin = allocatePlugin(pools)
    for (const each of [request('N1', 'p'), request('N1', 'p', 'lo'), request('N2', 'p')]) {
      await plugin.allocate(each)
    }
    expect([...holders]).toEqual([
      ['p/a', 'N1'],
      ['p/b', 'N1/lo'],
      ['p/c', 'N2'],
    ])
  })

  it('gives back what this call took', async () => {
    const { pools, holders } = fakePools({ p: ['a'] })
    const taken = await allocatePlugin(pools).allocate(request('N1', 'p'))
    await taken.giveBack()
    expect([...holders]).toEqual([])
  })

  it('does not give back what the node held before', async () => {
    const { pools, holders } = fakePools({ p: ['a'] })
    const plugin = allocatePlugin(pools)
    await plugin.allocate(request('N1', 'p'))
    const again = await plugin.allocate(request('N1', 'p'))
    await again.giveBack()
    expect([...holders]).toEqual([['p/a', 'N1']])
  })

  it.each(['None', 'none'])('gives nothing to a node called %s, which means free', async (id) => {
    const { pools, holders } = fakePools({ p: ['a'] })
    await expect(allocatePlugin(pools).allocate(request(id, 'p'))).rejects.toMatchObject({
      code: 'ZTP_UNSAFE_ID',
    })
    expect([...holders]).toEqual([])
  })

  it('gives nothing under a label with half of a character, and much under a whole one', async () => {
    const { pools, holders } = fakePools({ p: ['a'] })
    const plugin = allocatePlugin(pools)
    await expect(plugin.allocate(request('N1', 'p', 'x\ud83d'))).rejects.toMatchObject({
      code: 'ZTP_INVALID_DEFINITION',
      message: 'the label "x\\ud83d" has half of a character in it',
    })
    await plugin.allocate(request('N1', 'p', 'x😀'))
    expect([...holders]).toEqual([['p/a', 'N1/x😀']])
  })

  it('passes on why there is none', async () => {
    const plugin = allocatePlugin(fakePools({ p: [] }).pools)
    await expect(plugin.allocate(request('N1', 'p'))).rejects.toMatchObject({
      code: 'ZTP_POOL_EXHAUSTED',
    })
  })
})
