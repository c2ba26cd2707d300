import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { silentLogger } from '../../../kernel/logger.ts'
import { createFilePools, type FilePools } from '../pool-store.ts'

/** A data directory of its own for each test, with as many servers on it as the test opens. */
export type PoolBench = {
  readonly root: () => string
  /** Writes a pool. @returns its path */
  write(pool: string, text: string): string
  read(pool: string): string
  /** One more server on the directory. */
  open(): FilePools
  /** The servers' clock, in ms; the test sets it. */
  now: number
  readonly warnings: string[]
}

export function poolBench(): PoolBench {
  let root = ''
  const opened: FilePools[] = []
  const path = (pool: string) => join(root, 'resources', pool)
  const bench: PoolBench = {
    root: () => root,
    write(pool, text) {
      mkdirSync(dirname(path(pool)), { recursive: true })
      writeFileSync(path(pool), text)
      return path(pool)
    },
    read: (pool) => readFileSync(path(pool), 'utf8'),
    open() {
      const paths = { resources: join(root, 'resources'), state: join(root, '.ztps') }
      const logger = { ...silentLogger, warn: (message: string) => bench.warnings.push(message) }
      const pools = createFilePools(paths, { logger, clock: { now: () => bench.now } })
      opened.push(pools)
      return pools
    },
    now: 0,
    warnings: [],
  }
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ztps-pools-'))
    mkdirSync(join(root, 'resources'))
    bench.now = Date.now()
    bench.warnings.length = 0
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((each) => each.close()))
    rmSync(root, { recursive: true, force: true })
  })
  return bench
}
