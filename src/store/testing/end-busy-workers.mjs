// Gives up on workers in the middle of SQLite's work, ten times, and prints how each request ended.
import { holdSqlite } from '../../../dist/store/hold-sqlite.js'
import { createWorkerClient } from '../../../dist/thread/worker-client.js'

const [path] = process.argv.slice(2)
const url = new URL('./busy-sqlite-worker.mjs', import.meta.url)
for (let round = 0; round < 10; round += 1) {
  const client = createWorkerClient({ url, hold: holdSqlite, timeoutMs: 50 + round })
  const request = { path: `${path}-${round}`, milliseconds: 300 }
  console.info(await client.ask(request).catch(({ name }) => name))
  await client.close()
}
