import { addFiles, makeDataRoot } from './data-root.ts'
import { nodeFiles } from './fabric.ts'
import { demandStatus, load, measuredLoad } from './load.ts'
import { atMost, count, type Effort, inRounds, type Row, rate, type Scenario } from './scenario.ts'
import { type Server, withServer } from './server.ts'
import { median, medianLatency } from './statistics.ts'
import { medianCpu } from './steady.ts'

const NODES = 200
const WARM_UP_SECONDS = 1

/** The same definition, whose one plugin is ours, Python, an ES module, a program. */
const PLUGINS = [
  { name: 'test', what: 'the built-in test' },
  { name: 'python', what: 'a plugin in Python' },
  { name: 'module', what: 'a plugin that is an ES module' },
  { name: 'program', what: 'a plugin that is a shell script' },
] as const

type Plugin = (typeof PLUGINS)[number]

/** Milliseconds, at the median, that a warm call in Python may take. */
const MOST_MS = 5

export const plugin: Scenario = {
  name: 'plugin',
  async run(folder, effort) {
    makeDataRoot(folder, {
      'plugins/python':
        'def main(node_id, pool, node):\n    return "%s:%s" % (node.serialnumber, pool)\n',
      'plugins/module.mjs': 'export const main = ({ nodeId, pool }) => `${nodeId}:${pool}`\n',
      'plugins/program': '#!/bin/sh\necho "$1:$2"\n',
    })
    for (const { name } of PLUGINS) {
      const text = `actions:\n  - action: add_config\n    attributes:\n      a: ${name}('pool')\n`
      idsOf(name).forEach((id, leaf) => {
        addFiles(folder, nodeFiles(id, leaf, text))
      })
    }
    return withServer(folder, async (server) => {
      const rows: Row[] = []
      for (const each of PLUGINS) {
        rows.push(await measure(each, 1, server, effort), await measure(each, 32, server, effort))
      }
      return rows
    })
  },
}

function idsOf(name: string): readonly string[] {
  return Array.from({ length: NODES }, (_, node) => `${name}${node}`)
}

/** @param connections with one, the latency is that of a call by itself */
async function measure(
  { name, what }: Plugin,
  connections: number,
  server: Server,
  effort: Effort,
): Promise<Row> {
  const requests = idsOf(name).map((id) => ({ method: 'GET' as const, path: `/nodes/${id}` }))
  const plan = (seconds: number) => ({
    kind: 'each' as const,
    origin: server.origin,
    requests,
    connections,
    seconds,
  })
  await load(plan(WARM_UP_SECONDS))
  const rounds = await inRounds(effort.rounds, async () =>
    demandStatus(await measuredLoad(server, plan(effort.seconds)), '200'),
  )
  const perSecond = median(rounds.map((each) => each.answers / each.seconds))
  const latency = medianLatency(rounds.map((each) => each.latency))
  const alone = name === 'python' && connections === 1
  return {
    what: `GET /nodes/ID with one call of ${what}, ${count(connections)} at a time`,
    measured: rate(perSecond),
    latency,
    cpu: medianCpu(rounds),
    checks: alone ? [atMost(latency.p50, MOST_MS, ' ms median')] : [],
  }
}
