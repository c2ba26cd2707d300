import type { SqlChange } from './messages.ts'

/** One entry that was given out and that nobody got. */
export type GiveBack = {
  readonly table: string
  readonly change: Extract<SqlChange, { kind: 'free' | 'give-back' }>
}

/** Entries to free when the database answers again. */
export type GiveBacks = {
  /** @throws never */
  add(item: GiveBack): void
  /** Gives up those that wait; they stay with their holders. */
  close(): void
}

/** An hour, five seconds apart: then somebody else has to look. */
const ATTEMPTS = 720

/**
 * Tries again and again to give back what a failed request took, for as long as the process lives.
 * Lost with it, the entry stays with its node: that is safe, and is what it gets when it asks again.
 *
 * @param pauseMs between two attempts
 * @param attempt rejects while the database does not answer
 * @param giveUp told of what was tried too often
 */
export function createGiveBacks(
  pauseMs: number,
  attempt: (item: GiveBack) => Promise<unknown>,
  giveUp: (item: GiveBack) => void,
): GiveBacks {
  let waiting: { readonly item: GiveBack; readonly attempts: number }[] = []
  let timer: NodeJS.Timeout | undefined

  function schedule(): void {
    if (timer !== undefined || waiting.length === 0) return
    timer = setTimeout(() => void retry(), pauseMs)
    timer.unref()
  }

  async function retry(): Promise<void> {
    const due = waiting
    waiting = []
    await Promise.all(due.map(({ item, attempts }) => once(item, attempts)))
    timer = undefined
    schedule()
  }

  async function once(item: GiveBack, attempts: number): Promise<void> {
    try {
      await attempt(item)
    } catch {
      if (attempts + 1 < ATTEMPTS) waiting.push({ item, attempts: attempts + 1 })
      else giveUp(item)
    }
  }

  return {
    add(item) {
      waiting.push({ item, attempts: 0 })
      schedule()
    },
    close() {
      waiting = []
      clearTimeout(timer)
    },
  }
}
