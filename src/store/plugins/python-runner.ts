import { createSeats } from '../../thread/seats.ts'
import { allBusy } from './plugin-failure.ts'
import type { PluginResult, PluginRunner, PluginTask } from './plugin-runner.ts'
import { createPythonSeat, type PythonSeatOptions } from './python-seat.ts'

/** Runs plugins written in Python, in processes that stay for the next call. */
export function createPythonRunner(options: Omit<PythonSeatOptions, 'keep'>): PluginRunner {
  const { workers, patienceMs } = options
  const seats = createSeats<PluginTask, PluginResult>(
    Array.from({ length: workers }, (_, at) => createPythonSeat({ ...options, keep: at === 0 })),
    { patienceMs, refuse: ({ plugin }) => allBusy(plugin.file) },
  )
  return { run: (task) => seats.ask(task), close: () => seats.close() }
}
