import { access } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { runZtps } from './support/server.ts'

it('ztps demo provisions seven switches, explains the refusal of one, and cleans up', async () => {
  const { status, stdout, stderr } = await runZtps(['demo'])
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/rack4-leaf was not provisioned/)
  expect(stdout).toMatch(/expected device .*, saw pod2-spine1/)
  expect(stdout).toMatch(/nothing was allocated twice/)
  expect(stdout).toMatch(/hostname /)
  expect(stdout).toMatch(/The demo went as it should\./)
  const folder = /data directory (\S+)/.exec(stdout)?.[1] ?? ''
  await expect(access(folder)).rejects.toThrow('ENOENT')
})
