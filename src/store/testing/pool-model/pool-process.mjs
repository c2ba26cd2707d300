// A server process of its own, from the built modules. Reads one request a line:
// {id, place, now, do, pool, nodeId, label, key}, all that arrive together are asked together;
// answers {id, answer}, in any order. Opens each place when it is first named.
import { createInterface } from 'node:readline'
import { createFilePools } from '../../../../dist/store/pools/pool-store.js'
import { createSqlPoolAdmin } from '../../../../dist/store/sql/sql-admin.js'
import { createSqlPools } from '../../../../dist/store/sql/sql-pools.js'

const silent = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} }
const REALLY = { dryRun: false }
const opened = new Map()

/** The pools, and the same for an operator. */
function open(place, parts) {
  if (place.kind === 'file') {
    const pools = createFilePools(place, parts)
    return { pools, admin: pools.admin, close: () => pools.close() }
  }
  const pools = createSqlPools(place, parts)
  const admin = createSqlPoolAdmin(place, parts)
  return { pools, admin, close: () => Promise.all([pools.close(), admin.close()]) }
}

function poolsOf(place) {
  const name = JSON.stringify(place)
  const known = opened.get(name)
  if (known !== undefined) return known
  const clock = { time: 0, now: () => clock.time }
  const made = { ...open(place, { logger: silent, clock }), clock }
  opened.set(name, made)
  return made
}

const commands = {
  async allocate({ pools }, { pool, ...holder }) {
    const { key, fresh } = await pools.allocate(pool, holder)
    return { key, fresh }
  },
  /** As a definition does that fails after this call. */
  async fail(server, request) {
    const { pool, ...holder } = request
    const { key, fresh } = await commands.allocate(server, request)
    if (fresh) await server.pools.giveBack(pool, holder, key)
    return { key, fresh }
  },
  free: ({ pools }, { pool, key, ...holder }) => pools.free(pool, holder, key),
  confirm: ({ pools }, { nodeId }) => pools.confirm(nodeId),
  async 'free key'({ admin }, { pool, key }) {
    return { changed: await admin.free(pool, [key], REALLY) }
  },
  async 'free node'({ admin }, { nodeId }) {
    return { changed: await admin.freeNode(nodeId, REALLY) }
  },
  async reassign({ admin }, { nodeId, to }) {
    return { changed: await admin.reassign(nodeId, to, REALLY) }
  },
  async add({ admin }, { pool, key, holder }) {
    const { added, present } = await admin.add(pool, [{ key, holder }], REALLY)
    if (added.length > 0) return { added: 'added' }
    return { added: present.length > 0 ? 'present' : 'conflict' }
  },
}

async function serve({ id, place, now, do: command, ...request }) {
  const server = poolsOf(place)
  server.clock.time = now
  const answer = await commands[command](server, request).catch(({ code }) => ({ code }))
  // Synchronous for pipes: what a node was told is told even if the process is killed next.
  process.stdout.write(`${JSON.stringify({ id, answer: answer ?? {} })}\n`)
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  if (request.do === 'close') {
    const name = JSON.stringify(request.place)
    await opened.get(name)?.close()
    opened.delete(name)
    process.stdout.write(`${JSON.stringify({ id: request.id, answer: {} })}\n`)
  } else void serve(request)
}
