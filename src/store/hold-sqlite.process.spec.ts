import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { scratchFolder } from './testing/scratch.ts'

const SCRIPT = fileURLToPath(new URL('./testing/end-busy-workers.mjs', import.meta.url))
const folder = scratchFolder()

it('a worker that is given up in the middle of work for SQLite does not take the process with it', () => {
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [SCRIPT, join(folder(), 'lock')],
    { encoding: 'utf8' },
  )
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' })
  expect(stdout).toBe('WorkerTimeout\n'.repeat(10))
})
