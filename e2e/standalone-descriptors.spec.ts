import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
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

const ENOUGH = 1_000

/** Takes care that a process gets no file descriptor any more. @returns what gives it some again */
function starve(pid: number): () => void {
  const taken = new Set(readdirSync(`/proc/${pid}/fd`).map(Number))
  let free = 0
  while (taken.has(free)) free += 1
  limit(pid, free)
  return () => limit(pid, ENOUGH)
}

/** The soft limit: the hard one, once lowered, would not rise again. */
function limit(pid: number, descriptors: number): void {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${descriptors}:`])
}

describe('out of file descriptors', () => {
  it('workers lose the connections that come then, say so, and serve the next', async () => {
    server = await startServer({ dataRoot: data.path, settings: { server: { workers: 2 } } })
    const { url, pid, logs, stop } = server
    const workers = childrenOf(pid)
    expect(workers).toHaveLength(2)
    // What was open just then may have been closed since.
    const askStarved = () => {
      for (const worker of workers) starve(worker)
      return ask(`${url}/bootstrap`, false).then(({ status }) => status, String)
    }
    for (const _worker of workers)
      await expect.poll(askStarved).toMatch(/socket hang up|ECONNRESET/)
    await logs(/ERROR.*worker \d+ could not take a connection: too many open files/)
    for (const worker of workers) limit(worker, ENOUGH)
    for (let count = 0; count < 4; count += 1) {
      expect((await fetch(`${url}/bootstrap`)).status).toBe(200)
    }
    expect(await stop()).toBe(0)
  })

  it('a file that is there is no 404, which a switch would take for the last word', async () => {
    await writeFile(join(data.path, 'files/image.swi'), Buffer.alloc(100_000, 'x'))
    server = await startServer({ dataRoot: data.path })
    const { url, pid, logs } = server
    // Over one connection: there is none for another.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    expect((await ask(`${url}/bootstrap`, agent)).status).toBe(200)
    const give = starve(pid)
    // What was open just then may have been closed since.
    const askStarved = async () => {
      starve(pid)
      return (await ask(`${url}/files/image.swi`, agent)).status
    }
    await expect.poll(askStarved).toBe(500)
    expect((await ask(`${url}/files/image.swi`, agent)).body).toContain('too many open files')
    await logs(/ERROR.*cannot read .*image.swi: too many open files/)
    give()
    expect((await ask(`${url}/files/image.swi`, agent)).status).toBe(200)
    agent.destroy()
  })
})

/** @param agent false for a connection of its own */
function ask(
  url: string,
  agent: Agent | false,
): Promise<{ status?: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode, body }), reject)
    }).on('error', reject)
  })
}
