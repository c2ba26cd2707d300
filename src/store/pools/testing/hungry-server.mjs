// A server process of its own, from the built modules: allocates for its nodes, one line per answer.
// argv: resources folder, state folder, prefix of the node ids, how many.
import { createFilePools } from '../../../../dist/store/pools/pool-store.js'

const [resources, state, prefix, count] = process.argv.slice(2)
const complain = (message) => process.stderr.write(`${message}\n`)
const logger = { debug() {}, info() {}, warn: complain, error: complain, fatal: complain }
const pools = createFilePools({ resources, state }, { logger, clock: { now: () => Date.now() } })

async function serve(lane) {
  for (let at = lane; at < Number(count); at += 8) {
    const nodeId = `${prefix}${at}`
    const { value } = await pools.allocate('p', { nodeId })
    // Synchronous for pipes: what a node was told is told even if the process is killed next.
    process.stdout.write(`${nodeId} ${value}\n`)
  }
}

await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(serve))
await pools.close()
