import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { answeredPerSecond, demandStatus, load } from './load.ts'

const run = promisify(execFile)

export type LightLoad = {
  readonly origin: string
  /** Asked for in turn, over and over. */
  readonly paths: readonly string[]
  readonly connections: number
  readonly seconds: number
}

/**
 * Puts a server under a load that leaves the processors to it: by wrk, where this machine has it,
 * which takes a tenth of what our own load takes for an answer; else by that.
 *
 * @param folder for the script that tells wrk what to ask
 * @returns answers a second
 * @throws Error when a request failed or was refused: a figure of refusals would mean nothing
 */
export async function lightLoad(folder: string, plan: LightLoad): Promise<number> {
  const { origin, paths, connections, seconds } = plan
  if (!hasWrk()) {
    const requests = paths.map((path) => ({ method: 'GET' as const, path }))
    const loaded = await load({ kind: 'each', origin, requests, connections, seconds })
    return answeredPerSecond(demandStatus(loaded, '200'), '200')
  }
  const script = join(folder, 'wrk.lua')
  writeFileSync(script, scriptFor(paths))
  const words = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, origin]
  const { stdout } = await run('wrk', words)
  if (hasFailed(stdout)) throw new Error(`requests failed:\n${stdout}`)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1])
}

/**
 * Whether there was more than a connection now and then that the server closed while it rested, as
 * Apache's event MPM does: those are no answers, and not counted.
 */
function hasFailed(report: string): boolean {
  const requests = Number(/(\d+) requests in/.exec(report)?.[1])
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(report)
  const [, connect = 0, read = 0, write = 0, timeout = 0] = (errors ?? []).map(Number)
  const isMore = Math.max(read, write) > requests / 1_000
  return /Non-2xx/.test(report) || connect + timeout > 0 || isMore || !(requests > 0)
}

/** What the load was put by. */
export function loadProgram(): string {
  return hasWrk() ? 'wrk' : 'our own load, since there is no wrk here'
}

function hasWrk(): boolean {
  return spawnSync('wrk', ['-v']).error === undefined
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
