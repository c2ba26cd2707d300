import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const NOTIFIED = fileURLToPath(new URL('./programs/notified.py', import.meta.url))

/**
 * Listens for what the service manager is told, until the test is over.
 *
 * @param path of the socket, as in NOTIFY_SOCKET
 * @returns the messages so far
 */
export async function hearNotifications(path: string): Promise<() => readonly string[]> {
  const child = spawn('python3', [NOTIFIED, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let heard = ''
  child.stdout.on('data', (chunk: Buffer) => {
    heard += chunk.toString()
  })
  await once(child.stdout, 'data')
  return () => heard.split('\n').slice(1, -1)
}
