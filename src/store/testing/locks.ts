import { afterEach } from 'vitest'
import { createProcessLocks, type ProcessLocks } from '../locks/process-locks.ts'

/** Locks in a test's folder, as many of them as it opens; closed after it. */
export function openLocks(folder: () => string): () => ProcessLocks {
  const opened: ProcessLocks[] = []
  afterEach(() => Promise.all(opened.splice(0).map((each) => each.close())))
  return () => {
    const locks = createProcessLocks(folder())
    opened.push(locks)
    return locks
  }
}
