import type { Timer } from '../timer.ts'

/** A timer whose time passes when a test says so. */
export function handTimer(): Timer & {
  pass(milliseconds: number): void
  /** How many wait. */
  readonly waiting: () => number
} {
  const waits = new Map<symbol, { readonly at: number; readonly act: () => void }>()
  let now = 0
  return {
    after(milliseconds, act) {
      const key = Symbol('wait')
      waits.set(key, { at: now + milliseconds, act })
      return () => void waits.delete(key)
    },
    pass(milliseconds) {
      now += milliseconds
      for (const [key, { at, act }] of [...waits]) {
        if (at > now) continue
        waits.delete(key)
        act()
      }
    },
    waiting: () => waits.size,
  }
}
