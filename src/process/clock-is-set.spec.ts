import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clockIsSet } from './clock-is-set.ts'

describe('clockIsSet', () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ztps-clock-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  /** A machine whose timedatectl is this shell script. */
  async function asked(script: string): Promise<boolean | undefined> {
    await writeFile(join(folder, 'timedatectl'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
    return clockIsSet({ PATH: folder })
  }

  it.each([
    ['yes', 'echo NTPSynchronized=yes', true],
    ['no', 'echo NTPSynchronized=no', false],
    ['nothing', 'true', undefined],
    ['something else', 'echo NTPSynchronized=perhaps', undefined],
    ['that there is no systemd', 'echo no bus >&2; exit 1', undefined],
    [
      'yes to this question only',
      '[ "$*" = "show -p NTPSynchronized" ] && echo NTPSynchronized=yes',
      true,
    ],
  ])('hears %s', async (_name, script, expected) => {
    expect(await asked(script)).toBe(expected)
  })

  it('knows nothing where there is no such program', async () => {
    expect(await clockIsSet({ PATH: folder })).toBeUndefined()
  })
})
