// A server process of its own, from the built modules: allocates for its nodes, one line per answer.
// argv: the database as JSON, prefix of the node ids, how many.
import { createSqlPools } from '../../../../dist/store/sql/sql-pools.js'

const [target, prefix, count] = process.argv.slice(2)
const complain = (message) => process.stderr.write(`${message}\n`)
const logger = { debug() {}, info() {}, warn: complain, error: complain, fatal: complain }
const pools = createSqlPools(JSON.parse(target), { logger, clock: { now: () => Date.now() } })

async function serve(lane) {
  for (let at = lane; at < Number(count); at += 8) {
    const nodeId = `${prefix}${at}`
    const { key } = await pools.allocate('p', { nodeId })
    // Synchronous for pipes: what a node was told is told even if the process is killed next.
    process.stdout.write(`${nodeId} ${key}\n`)
  }
}

await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(serve))
await pools.close()
