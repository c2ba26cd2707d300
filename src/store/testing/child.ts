import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** Starts a Node process on a module text, which may use top-level await. */
export function startChild(script: string, ...args: readonly string[]): ChildProcess {
  const flags = ['--input-type=module', '-e', script, '--', ...args]
  return spawn(process.execPath, flags, { stdio: ['pipe', 'pipe', 'inherit'] })
}

/** @returns what the child wrote, once it ended well */
export async function outputOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the child has no stdout')
  const [written, [status]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (status !== 0) throw new Error(`the child ended with status ${status}: ${written}`)
  return written
}
