import { expect, it } from 'vitest'
import { request } from '../../testing/requests.ts'
import { testPlugin } from './plugin.ts'

it('test gives the node id and the pool', async () => {
  const { value, giveBack } = await testPlugin.allocate(request('N1', 'mgmt', 'label'))
  expect(value).toBe('N1:mgmt')
  await giveBack()
})
