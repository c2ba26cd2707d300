import { execFile, spawn } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const LINES = 10_000

/** A process that logs much and then ends in one of several ways. */
const PROGRAM = `
import { createLogger } from './log/logger.js'
const [format, end] = process.argv.slice(2)
const clock = { now: () => Date.now() }
const logger = createLogger({ format, level: 'info', stream: process.stderr, clock, pid: process.pid })
for (let index = 0; index < ${LINES}; index += 1) logger.info('line ' + index + ' end')
if (end === 'exit') process.exit(3)
if (end === 'flush') logger.flush().then(() => process.exit(3))
if (end === 'throw') throw new Error('boom')
`

let folder: string
beforeAll(async () => {
  const cache = join(ROOT, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  folder = mkdtempSync(join(cache, 'log-spec-'))
  const project = {
    extends: join(ROOT, 'tsconfig.build.json'),
    compilerOptions: { rootDir: join(ROOT, 'src'), outDir: folder, declaration: false },
    files: [join(ROOT, 'src/log/logger.ts')],
    include: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(project))
  await promisify(execFile)(join(ROOT, 'node_modules/.bin/tsc'), ['-p', folder])
  writeFileSync(join(folder, 'program.mjs'), PROGRAM)
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

function run(format: string, end: string, stderr: 'pipe' | number) {
  return spawn(process.execPath, [join(folder, 'program.mjs'), format, end], {
    stdio: ['ignore', 'ignore', stderr],
  })
}

function exitOf(child: ReturnType<typeof run>): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('close', resolve)
  })
}

const ENDS = [
  ['exit', 3],
  ['flush', 3],
  ['throw', 1],
  ['naturally', 0],
] as const

describe.each(['%(module)s %(message)s', 'json'])('a process that logs as %s', (format) => {
  it.each(ENDS)('has written every line when it ends by %s', async (end, status) => {
    const child = run(format, end, 'pipe')
    const [written, exit] = await Promise.all([
      text(child.stderr ?? Readable.from([])),
      exitOf(child),
    ])
    const numbers = [...written.matchAll(/line (\d+) end/g)].map((match) => Number(match[1]))
    expect(exit).toBe(status)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: LINES }, (_, index) => index),
    )
  })

  it.each(ENDS)('ends by %s though the disk is full', async (end, status) => {
    const full = openSync('/dev/full', 'w')
    expect(await exitOf(run(format, end, full))).toBe(status)
    closeSync(full)
  })

  it.each(ENDS)('ends by %s though nobody reads any more', async (end, status) => {
    const child = run(format, end, 'pipe')
    child.stderr?.destroy()
    expect(await exitOf(child)).toBe(status)
  })
})
