import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createGiveBacks, type GiveBack } from './give-backs.ts'

function giveBack(key: string): GiveBack {
  return { table: 'p', change: { kind: 'give-back', holder: 'N1', key, since: 1 } }
}

it('tries again until it works, each entry by itself', async () => {
  const attempts: string[] = []
  const giveBacks = createGiveBacks(
    5,
    async ({ change: { key } }) => {
      attempts.push(key)
      if (attempts.filter((each) => each === key).length < Number(key)) throw new Error('down')
    },
    () => undefined,
  )
  for (const key of ['1', '3']) giveBacks.add(giveBack(key))
  await expect.poll(() => attempts.length).toBe(4)
  await wait(50)
  expect(attempts).toEqual(['1', '3', '3', '3'])
  giveBacks.close()
})

it('tells of what it gives up after many attempts, and of nothing once it is closed', async () => {
  const left: string[] = []
  const giveUp = ({ change }: GiveBack) => void left.push(change.key)
  const giveBacks = createGiveBacks(0, () => Promise.reject(new Error('down')), giveUp)
  giveBacks.add(giveBack('a'))
  await expect.poll(() => left, { timeout: 20_000 }).toEqual(['a'])
  giveBacks.add(giveBack('b'))
  giveBacks.close()
  await wait(50)
  expect(left).toEqual(['a'])
})
