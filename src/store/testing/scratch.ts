import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'

/** A new empty folder for each test, removed after it. */
export function scratchFolder(): () => string {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ztps-store-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  return () => folder
}

/** The built module of this folder, for tests that need several processes. */
export function builtModule(name: string): string {
  return new URL(`../../../dist/store/${name}.js`, import.meta.url).href
}

/** Mounting, giving files away and becoming nobody take root; without it those tests are skipped. */
export const isRoot = process.getuid?.() === 0
