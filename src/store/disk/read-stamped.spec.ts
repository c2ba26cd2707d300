import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readSettled } from './read-stamped.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ztps-settled-'))
  file = join(folder, 'leaf')
})

afterEach(() => rm(folder, { recursive: true }))

it('reads a file that is being saved again, until it is whole', async () => {
  writeFileSync(file, 'actions:\n')
  let looks = 0
  const clock = {
    now() {
      looks += 1
      if (looks === 2) writeFileSync(file, 'actions:\n  - action: a\n')
      return Date.now() + (looks === 3 ? 60_000 : 0)
    },
  }
  expect((await readSettled(file, clock)).bytes.toString()).toBe('actions:\n  - action: a\n')
  expect(looks).toBe(3)
})

it('reads a file that never comes to rest as it is', async () => {
  let changes = 0
  const clock = {
    now() {
      changes += 1
      writeFileSync(file, String(changes))
      return Date.now()
    },
  }
  expect((await readSettled(file, clock)).bytes.toString()).toBe(String(changes))
})
