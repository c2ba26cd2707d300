import { expect, it } from 'vitest'
import { fakePools } from '../../testing/fake-pools.ts'
import { request } from '../../testing/requests.ts'
import { sqlitePlugin } from './plugin.ts'

it('sqlite gives rows of its own tables, and takes back what nobody was told', async () => {
  const { pools, holders } = fakePools({ mgmt: ['a', 'b'] })
  const plugin = sqlitePlugin(pools)
  expect(await plugin.allocate(request('N1', 'mgmt'))).toMatchObject({ value: 'a' })
  const taken = await plugin.allocate(request('N1', 'mgmt', 'lo'))
  expect([...holders.values()]).toEqual(['N1', 'N1/lo'])
  await taken.giveBack()
  expect([...holders.values()]).toEqual(['N1'])
})
