import { filesInMemory } from '../../../provision/validate/testing/files-in-memory.ts'
import { SOUND } from '../../../provision/validate/testing/sound-site.ts'
import type { PoolAdmin } from '../../../resource/pool-admin.ts'
import {
  brokenPoolAdmin,
  fakePoolAdmin,
  freeEntry,
  heldEntry,
} from '../../../resource/testing/fake-pool-admin.ts'
import { runCli } from '../../program.ts'
import { fixedDeps, NOW } from '../../testing/fixed-deps.ts'
import { recordedIo } from '../../testing/recorded-io.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** Pools in files and in SQLite, fresh for each test. */
export function poolsWorld() {
  const files = fakePoolAdmin(
    {
      mgmt: [
        heldEntry('10.0.0.1/24', 'SN1', 'in use', NOW - 3 * HOUR),
        heldEntry('10.0.0.2/24', 'SN2/lo', 'reserved', NOW - 5 * MINUTE),
        freeEntry('10.0.0.3/24'),
        freeEntry('10.0.0.8-10.0.0.11/24', 4),
      ],
      names: [heldEntry('leaf1', 'SN1'), heldEntry('leaf2', 'SN2')],
    },
    { warnings: { names: ['leaf2 stands there twice'] } },
  )
  const sqlite = fakePoolAdmin({ t: [heldEntry('x', 'SN9', 'in use')] }, { kind: 'sqlite' })
  return { files, sqlite, admins: [files, sqlite] }
}

/** The same with a database that does not answer. */
export const DOWN = {
  admins: [...poolsWorld().admins, brokenPoolAdmin('postgres', 'connection refused')],
}

/** The files of the data directory that say the same as the pools. */
const DATA = {
  ...SOUND,
  'resources/mgmt':
    '10.0.0.1/24: SN1\n10.0.0.2/24: SN2/lo\n10.0.0.3/24: null\n10.0.0.8-10.0.0.11/24: null\n',
  'resources/names': 'leaf1: SN1\nleaf2: SN2\n',
}

/**
 * Runs `ztps pools LINE`.
 *
 * @param texts what may be read beside the data directory; `-` is standard input
 */
export async function runPools(
  line: string,
  { admins }: { readonly admins: readonly PoolAdmin[] } = poolsWorld(),
  texts: Readonly<Record<string, string>> = {},
) {
  const io = recordedIo()
  const status = await runCli(
    ['pools', ...line.split(' ')],
    io,
    fixedDeps(filesInMemory(DATA), texts, admins),
  )
  return { status, out: io.out(), err: io.err() }
}
