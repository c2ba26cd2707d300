import type { Logger } from '../kernel/logger.ts'

/** How often a thing that anybody can make happen is worth a warning, in milliseconds. */
const EVERY_MS = 10_000

/** A logger's `warn` for what strangers cause: one line in ten seconds, the others as `debug`. */
export function warnSeldom(logger: Logger): (message: string) => void {
  let last = Number.NEGATIVE_INFINITY
  return (message) => {
    const now = performance.now()
    if (now - last < EVERY_MS) return logger.debug(message)
    last = now
    logger.warn(message)
  }
}
