import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Brings a Node of the registry.
 *
 * @param release such as `22` or `20.0.0`
 * @param folder where it goes
 * @returns the folder that its program `node` is in
 */
export async function bringNode(release: string, folder: string): Promise<string> {
  await run('npm', ['install', '--no-audit', '--prefix', folder, `node@${release}`], {
    cwd: '/',
  })
  return join(folder, 'node_modules/node/bin')
}
