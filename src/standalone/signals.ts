import type { Surroundings } from './surroundings.ts'

/** What the process is told by signals. */
export type Signals = {
  /** SIGTERM or SIGINT. */
  readonly stop: Promise<void>
  /** When that comes once more. */
  readonly insist: Promise<void>
  /** What SIGHUP does from now on; until then it does nothing, where it would end the process. */
  onHangup(act: () => void): void
}

export function watchSignals(around: Pick<Surroundings, 'onStop' | 'onHangup'>): Signals {
  let act = () => {}
  around.onHangup(() => act())
  const signal = () => new Promise<void>((resolve) => around.onStop(resolve))
  const stop = signal()
  return {
    stop,
    insist: stop.then(signal),
    onHangup(next) {
      act = next
    },
  }
}
