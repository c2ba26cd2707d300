import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DataRoot, makeDataRoot } from './support/data-root.ts'
import { FABRIC } from './support/fabric.ts'
import { childrenOf } from './support/processes.ts'
import { startServer, type TestServer } from './support/server.ts'

let data: DataRoot
let server: TestServer | undefined

beforeEach(async () => {
  data = await makeDataRoot(FABRIC)
})

afterEach(async () => {
  await server?.kill()
  server = undefined
  await data.remove()
})

/** Takes care that a process gets no file descriptor any more. @returns what gives it some again */
function starve(pid: number): () => void {
  const taken = new Set(readdirSync(`/proc/${pid}/fd`).map(Number))
  let free = 0
  while (taken.has(free)) free += 1
  limit(pid, free)
  return () => limit(pid, 1_000)
}

/** The soft limit: the hard one, once lowered, would not rise again. */
function limit(pid: number, descriptors: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${descriptors}:`])
}

describe('out of file descriptors', () => {
  it('workers lose the connections that come then, say so, and serve the next', async () => {
    server = await startServer({ dataRoot: data.path, settings: { server: { workers: 2 } } })
    const { url, pid, logs, stop } = server
    const feed = childrenOf(pid).map(starve)
    expect(feed).toHaveLength(2)
    for (const _worker of feed) await expect(fetch(`${url}/bootstrap`)).rejects.toThrow()
    await logs(/ERROR.*worker \d+ could not take a connection: too many open files/)
    for (const give of feed) give()
    for (let count = 0; count < 4; count += 1) {
      expect((await fetch(`${url}/bootstrap`)).status).toBe(200)
    }
    expect(await stop()).toBe(0)
  })
})
