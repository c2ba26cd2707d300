import { fork } from 'node:child_process'
import type { Load, Plan } from './load-plan.ts'
import type { Cpu, Server } from './server.ts'

/** Puts load on a server, from a process of its own. @throws when the load could not be made */
export function load(plan: Plan): Promise<Load> {
  return new Promise((resolve, reject) => {
    // As many threads for files as bin/ztps gives the server.
    const env = { ...process.env, UV_THREADPOOL_SIZE: '16' }
    const child = fork(new URL('./load-process.js', import.meta.url), { env })
    let result: Load | undefined
    child.once('message', (message: Load) => {
      result = message
      child.disconnect()
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      if (result === undefined) reject(new Error(`the load process ended with ${code}`))
      else resolve(result)
    })
    child.send(plan)
  })
}

/** How many requests a second were answered with this status. */
export function answeredPerSecond({ statuses, seconds }: Load, status: string): number {
  return (statuses[status] ?? 0) / seconds
}

/** @throws unless every answer had the status: a figure of refusals would mean nothing */
export function demandStatus<T extends Load>(result: T, status: string): T {
  const { statuses, answers } = result
  if (answers === 0 || statuses[status] !== answers) {
    throw new Error(`expected only ${status}, got ${JSON.stringify(statuses)}`)
  }
  return result
}

/** A load, and what each of its answers cost the server. */
export type Measured = Load & { readonly cpu: Cpu }

export async function measuredLoad(server: Server, plan: Plan): Promise<Measured> {
  const before = server.cpu()
  const result = await load(plan)
  const after = server.cpu()
  const each = (key: keyof Cpu): number => (after[key] - before[key]) / result.answers
  return { ...result, cpu: { all: each('all'), loop: each('loop') } }
}
