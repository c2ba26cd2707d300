import { fork } from 'node:child_process'
import type { Load, Plan } from './load-plan.ts'

/** Puts load on a server, from a process of its own. @throws when the load could not be made */
export function load(plan: Plan): Promise<Load> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./load-process.js', import.meta.url))
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

/** How many requests a second were answered with one of these statuses. */
export function answeredPerSecond({ statuses, seconds }: Load, expected: readonly string[]): number {
  const good = expected.reduce((sum, status) => sum + (statuses[status] ?? 0), 0)
  return good / seconds
}

/** @throws unless every answer had the status: a figure of refusals would mean nothing */
export function demandStatus(result: Load, status: string): Load {
  const { statuses, answers } = result
  if (answers === 0 || statuses[status] !== answers) {
    throw new Error(`expected only ${status}, got ${JSON.stringify(statuses)}`)
  }
  return result
}
