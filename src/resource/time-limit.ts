import { ZtpError } from '../kernel/errors.ts'
import type { Timer } from '../kernel/timer.ts'
import type { Allocation, Plugin } from './plugin.ts'

/** The same plugins, which fail when a call takes too long. */
export function limitTimes(
  plugins: ReadonlyMap<string, Plugin>,
  milliseconds: number,
  timer: Timer,
): ReadonlyMap<string, Plugin> {
  return new Map([...plugins].map(([name, each]) => [name, limitTime(each, milliseconds, timer)]))
}

function limitTime(plugin: Plugin, milliseconds: number, timer: Timer): Plugin {
  return {
    allocate(request) {
      const reason = `the plugin took longer than ${milliseconds / 1000} s for '${request.pool}'`
      const late = () => new ZtpError('ZTP_PLUGIN_FAILED', reason)
      return unlessLate(plugin.allocate(request), (end) => timer.after(milliseconds, end), late)
    },
  }
}

/**
 * Waits for an allocation until the time is over. One that comes after that is given back.
 *
 * @param wait calls its argument when the time is over, until it is called off
 * @param late makes what is thrown then
 */
export function unlessLate(
  allocating: Promise<Allocation>,
  wait: (end: () => void) => () => void,
  late: () => Error,
): Promise<Allocation> {
  return new Promise((resolve, reject) => {
    let over = false
    const callOff = wait(() => {
      over = true
      reject(late())
    })
    const use = (allocation: Allocation) => {
      callOff()
      if (!over) resolve(allocation)
      // If that fails too, the node has it still, and gets it again when it asks again.
      else allocation.giveBack().catch(() => {})
    }
    allocating.then(use, (thrown) => {
      callOff()
      reject(thrown)
    })
  })
}
