import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whether there is wrk on this machine: a load program that costs a tenth of what ours does. */
export function hasWrk(): boolean {
  return spawnSync('wrk', ['-v']).error === undefined
}

export type WrkPlan = {
  readonly origin: string
  /** Asked for in turn, over and over. */
  readonly paths: readonly string[]
  readonly connections: number
  readonly seconds: number
}

/**
 * Puts a server under load.
 *
 * @param folder where the script goes that tells wrk what to ask
 * @returns answers a second
 * @throws Error when a request failed or was refused: a figure of refusals would mean nothing
 */
export async function wrkRate(folder: string, plan: WrkPlan): Promise<number> {
  const { origin, paths, connections, seconds } = plan
  const script = join(folder, 'wrk.lua')
  writeFileSync(script, scriptFor(paths))
  const words = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, origin]
  const { stdout } = await run('wrk', words)
  if (/Socket errors|Non-2xx/.test(stdout)) throw new Error(`requests failed:\n${stdout}`)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
}

/** The requests are made once, so that the load is light. */
function scriptFor(paths: readonly string[]): string {
  const list = paths.map((path) => `  ${JSON.stringify(path)},\n`).join('')
  return `local paths = {
${list}}
local requests = {}
local at = 0
init = function()
  for i, path in ipairs(paths) do requests[i] = wrk.format('GET', path) end
end
request = function()
  at = at % #requests + 1
  return requests[at]
end
`
}
