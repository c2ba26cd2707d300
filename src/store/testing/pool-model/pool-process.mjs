// A server process of its own, from the built modules. Reads one request a line:
// {id, folder, now, do, pool, nodeId, label, key}, all that arrive together are asked together;
// answers {id, answer}, in any order. Opens each folder when it is first named.
import { createInterface } from 'node:readline'
import { createFilePools } from '../../../../dist/store/pools/pool-store.js'

const silent = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} }
const REALLY = { dryRun: false }
const opened = new Map()

function poolsOf(folder) {
  const known = opened.get(folder)
  if (known !== undefined) return known
  const clock = { time: 0, now: () => clock.time }
  const paths = { resources: `${folder}/resources`, state: `${folder}/.ztps` }
  const pools = createFilePools(paths, { logger: silent, clock })
  opened.set(folder, { pools, clock })
  return { pools, clock }
}

const commands = {
  async allocate({ pools }, { pool, ...holder }) {
    const { key, fresh } = await pools.allocate(pool, holder)
    return { key, fresh }
  },
  /** As a definition does that fails after this call. */
  async fail(place, request) {
    const { pool, ...holder } = request
    const { key, fresh } = await commands.allocate(place, request)
    if (fresh) await place.pools.giveBack(pool, holder, key)
    return { key, fresh }
  },
  free: ({ pools }, { pool, key, ...holder }) => pools.free(pool, holder, key),
  confirm: ({ pools }, { nodeId }) => pools.confirm(nodeId),
  async 'free key'({ pools }, { pool, key }) {
    return { changed: await pools.admin.free(pool, [key], REALLY) }
  },
  async 'free node'({ pools }, { nodeId }) {
    return { changed: await pools.admin.freeNode(nodeId, REALLY) }
  },
  async reassign({ pools }, { nodeId, to }) {
    return { changed: await pools.admin.reassign(nodeId, to, REALLY) }
  },
  async add({ pools }, { pool, key, holder }) {
    const { added, present } = await pools.admin.add(pool, [{ key, holder }], REALLY)
    if (added.length > 0) return { added: 'added' }
    return { added: present.length > 0 ? 'present' : 'conflict' }
  },
}

async function serve({ id, folder, now, do: command, ...request }) {
  const place = poolsOf(folder)
  place.clock.time = now
  const answer = await commands[command](place, request).catch(({ code }) => ({ code }))
  // Synchronous for pipes: what a node was told is told even if the process is killed next.
  process.stdout.write(`${JSON.stringify({ id, answer: answer ?? {} })}\n`)
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  if (request.do === 'close') {
    await opened.get(request.folder)?.pools.close()
    opened.delete(request.folder)
    process.stdout.write(`${JSON.stringify({ id: request.id, answer: {} })}\n`)
  } else void serve(request)
}
