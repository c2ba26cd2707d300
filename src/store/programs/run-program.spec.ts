import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { runProgram } from './run-program.ts'

it('hears what a program left behind said while this thread was busy', async () => {
  const said: string[] = []
  const ended = runProgram({
    program: '/bin/sh',
    args: ['-c', '(sleep 0.4; echo late; sleep 5) & echo begun'],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
    timeoutMs: 60_000,
    take: (chunk) => said.push(chunk.toString()),
  })
  await expect.poll(() => said.join('')).toContain('begun\n')
  // The end of the program is known, and its grace runs.
  await wait(200)
  // What comes next are timers.
  await nextTurn()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500)
  expect(await ended).toBe(0)
  expect(said.join('')).toBe('begun\nlate\n')
})
