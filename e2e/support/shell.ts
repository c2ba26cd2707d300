import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** Where a command runs. */
export type Place = {
  readonly folder: string
  readonly conf: string
  readonly through?: readonly string[]
}

const PROGRAMS = fileURLToPath(new URL('../../bin', import.meta.url))

/**
 * Runs a line of a guide as a person would, `ztps` in reach.
 *
 * @param conf the configuration file that `ztps` takes
 * @param through the words before a command that make it run elsewhere
 * @returns both streams, as a terminal shows them
 */
export async function inShell(
  command: string,
  { folder, conf, through = [] }: Place,
): Promise<string> {
  const [program = '', ...words] = [...through, '/bin/sh', '-c', `{ ${command}\n} 2>&1`]
  const child = spawn(program, words, {
    cwd: folder,
    env: { PATH: `${PROGRAMS}:${process.env.PATH}`, ZTPS_CONFIG: conf },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
  return output
}
