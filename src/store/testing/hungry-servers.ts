import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'

/** A server process that allocates for its nodes, and the lines `NODE ENTRY` of what it told them. */
export type HungryServer = {
  readonly child: ChildProcessWithoutNullStreams
  lines(): readonly string[]
  /** What it complained of. */
  complaints(): string
  /** Resolves with its exit status and signal. */
  readonly ended: Promise<unknown[]>
}

/** @param script a module file, and what it is started with */
export function startHungry(script: string, ...args: readonly string[]): HungryServer {
  const child = spawn(process.execPath, [script, ...args])
  let told = ''
  let complaints = ''
  child.stdout.on('data', (chunk) => {
    told += chunk
  })
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  const lines = () => told.split('\n').slice(0, -1)
  return { child, lines, complaints: () => complaints, ended: once(child, 'close') }
}

/** What each node was told; fails if an entry was told to two, or a node told two entries. */
export function allotments(lines: readonly string[]): ReadonlyMap<string, string> {
  const entryOf = new Map<string, string>()
  const nodeOf = new Map<string, string>()
  for (const line of lines) {
    const [node = '', entry = ''] = line.split(' ')
    expect([entry, nodeOf.get(entry) ?? node]).toEqual([entry, node])
    expect([node, entryOf.get(node) ?? entry]).toEqual([node, entry])
    nodeOf.set(entry, node)
    entryOf.set(node, entry)
  }
  return entryOf
}

export async function killWhen(
  { child, ended }: HungryServer,
  isDue: () => boolean,
): Promise<void> {
  while (!isDue() && child.exitCode === null) {
    await Promise.race([once(child.stdout, 'data'), ended])
  }
  child.kill('SIGKILL')
}
