import { ZtpError } from '../../kernel/errors.ts'
import { demandRange, expandRange } from '../../resource/pool-range.ts'
import { keyProblem } from './read-entry.ts'

/** More are hardly meant: a prefix length was forgotten, or a digit typed twice. */
const MOST = 1_000_000

/**
 * What a person typed as the entries that it stands for: ranges one by one, all else as it is. What
 * is named twice is there once.
 *
 * @throws ZtpError ZTP_INVALID_POOL for a malformed range, and for what cannot be an entry
 */
export function expandKeys(keys: readonly string[]): readonly string[] {
  const expanded = new Set<string>()
  let size = 0n
  for (const key of keys) {
    demandKey(key)
    size += demandRange(key)?.size ?? 1n
    if (size > MOST) {
      const message = `${key} makes it ${size} entries, and ${MOST} are the most at a time; a pool file takes the range itself: --as-range`
      throw new ZtpError('ZTP_INVALID_POOL', message)
    }
    for (const each of expandRange(key) ?? [key]) expanded.add(each)
  }
  return [...expanded]
}

/** The same with ranges left as they are. @throws ZtpError ZTP_INVALID_POOL */
export function distinctKeys(keys: readonly string[]): readonly string[] {
  for (const key of keys) {
    demandKey(key)
    demandRange(key)
  }
  return [...new Set(keys)]
}

function demandKey(key: string): void {
  const problem = keyProblem(key)
  if (problem !== undefined) throw new ZtpError('ZTP_INVALID_POOL', problem)
}
