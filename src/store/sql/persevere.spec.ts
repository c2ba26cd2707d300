import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { persevere } from './persevere.ts'
import type { Sessions } from './sessions.ts'
import { sqliteDialect } from './sqlite/dialect.ts'

const causes = {
  'a file that another program writes': Object.assign(new Error('locked'), { code: 'SQLITE_BUSY' }),
  'a table that is not there yet': Object.assign(new Error('no table'), { code: 'SQLITE_ERROR' }),
}

it.each(Object.entries(causes))('is over when its time is, after %s', async (_name, cause) => {
  let attempts = 0
  const sessions: Sessions = {
    async use() {
      attempts += 1
      throw cause
    },
    destroy() {},
    async close() {},
  }
  const parts = { dialect: sqliteDialect('/nowhere/resources.db'), sessions, limitMs: 40 }
  await expect(persevere(parts, async () => 'done')).rejects.toThrow('no answer within 0.04 s')
  const before = attempts
  await wait(300)
  expect(attempts).toBe(before)
})
