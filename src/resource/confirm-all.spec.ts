import { expect, it } from 'vitest'
import { silentLogger } from '../kernel/logger.ts'
import { confirmAll } from './confirm-all.ts'
import { nodeId } from './testing/requests.ts'

it('confirmAll waits for the first store only, and warns of the others that fail', async () => {
  const confirmed: string[] = []
  const warnings: string[] = []
  const files = { confirm: async (id: string) => void confirmed.push(`files ${id}`) }
  const silent = { confirm: () => new Promise<void>(() => undefined) }
  const down = { confirm: () => Promise.reject(new Error('connection refused')) }
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) }
  const all = confirmAll(files, { mysql: silent, postgres: down }, logger)
  await all.confirm(nodeId('N1'))
  expect(confirmed).toEqual(['files N1'])
  expect(warnings).toEqual([
    'N1: its entries of postgres pools stay marked as reserved: connection refused',
  ])
  const broken = confirmAll(down, {}, logger)
  await expect(broken.confirm(nodeId('N1'))).rejects.toThrow('connection refused')
})
