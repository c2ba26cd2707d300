import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import type { NodeId } from '../../node/identity.ts'
import { replaceFile } from '../atomic-write.ts'
import { storeFailure } from '../disk/failure.ts'
import { readIfAny } from '../disk/read-if-any.ts'
import type { ProcessLocks } from '../locks/process-locks.ts'
import { hasFolder } from './folder-state.ts'
import type { NodePaths } from './node-paths.ts'
import { keepVersion } from './versions.ts'

export type StartupConfigOptions = {
  /** Holds a folder of versions for each node. */
  readonly versionsFolder: string
  /** `[backup] keep`. */
  readonly keep: number
  readonly locks: ProcessLocks
  readonly clock: Clock
}

/** Nodes share so many locks: a file for each would be a file for every node there ever was. */
const LOCKS = 64
/** How long a holder of such a lock may keep others waiting. */
export const PATIENCE_MS = 20_000

/**
 * Stores a startup-config, and before that keeps the one it replaces. On disk when it resolves;
 * calls for one node, of all processes, come one after the other.
 *
 * @returns `unknown` when the node has no folder
 * @throws ZtpError ZTP_STORE_FAILED; the old startup-config is still there
 */
export async function saveStartupConfig(
  id: NodeId,
  paths: NodePaths,
  body: Uint8Array,
  options: StartupConfigOptions,
): Promise<'created' | 'replaced' | 'unknown'> {
  if (!(await hasFolder(paths.folder))) return 'unknown'
  const lock = await startupConfigLock(paths.folder)
  return options.locks.hold(lock, PATIENCE_MS, async () => {
    // Whoever had the lock may have taken the folder away.
    if (!(await hasFolder(paths.folder))) return 'unknown'
    const old = await readIfAny(paths.startupConfig)
    if (old !== undefined && !old.equals(body)) await keepOld(id, old, options)
    return replaceFile(paths.startupConfig, body)
  })
}

async function keepOld(
  id: NodeId,
  old: Uint8Array,
  { versionsFolder, keep, clock }: StartupConfigOptions,
): Promise<void> {
  const folder = join(versionsFolder, id)
  try {
    await keepVersion(folder, old, { keep, now: clock.now() })
  } catch (thrown) {
    throw storeFailure('write', folder, thrown)
  }
}

/**
 * The lock under which a node's startup-config is stored, and its folder given to another.
 *
 * @returns the same name for all the names that lead to one folder
 */
export async function startupConfigLock(folder: string): Promise<string> {
  const real = await realpath(folder).catch(async () =>
    join(await realpath(dirname(folder)), basename(folder)),
  )
  const [first = 0] = createHash('sha256').update(real).digest()
  return `startup-config-${first % LOCKS}`
}
