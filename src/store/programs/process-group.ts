import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'

/**
 * Starts a program in a session and process group of its own: a signal to the server's group
 * (Ctrl-C) does not reach it, and `killGroup` reaches all that it started.
 *
 * @returns a child that says with `error` when it could not be started
 */
export function spawnGroup(
  program: string,
  args: readonly string[],
  options: Pick<SpawnOptions, 'cwd' | 'env' | 'stdio'>,
): ChildProcess {
  return spawn(program, args, { ...options, detached: true })
}

/** Kills the program and all that it started and left in its group, whether or not it still runs. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing of the group is left.
  }
}
