import { readdirSync, readFileSync } from 'node:fs'

/** The processes that a process has started. */
export function childrenOf(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => parentOf(each) === pid)
}

export function alive(pid: number): boolean {
  return parentOf(pid) !== undefined
}

function parentOf(pid: number): number | undefined {
  try {
    // The name in brackets may hold anything.
    const [state] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').slice(-1)
    const [letter, parent] = state?.split(' ') ?? []
    return letter === 'Z' ? undefined : Number(parent)
  } catch {
    return undefined
  }
}
