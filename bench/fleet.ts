import { makeDataRoot } from './data-root.ts'
import { leavesOf, neighbordb } from './fabric.ts'
import { measuredLoad } from './load.ts'
import { count, type Scenario } from './scenario.ts'
import { withServer } from './server.ts'
import { rateRow } from './steady.ts'

const PATTERNS = 2_500
const ACTIONS = 12
const CONCURRENCY = 100

export const fleet: Scenario = {
  name: 'fleet',
  async run(folder, effort) {
    const switches = effort.quick ? 200 : 2_000
    if (switches > leavesOf(PATTERNS)) throw new Error('more switches than patterns')
    makeDataRoot(folder, files(switches))
    const got = await withServer(folder, (server) =>
      measuredLoad(server, {
        kind: 'fleet',
        origin: server.origin,
        switches,
        concurrency: CONCURRENCY,
        tag: 'FLEET',
      }),
    )
    if (got.statuses.failed !== 0) throw new Error(`switches failed: ${got.bodies.join('; ')}`)
    return [
      {
        ...rateRow(
          `${count(switches)} virtual switches, whole protocol, ${ACTIONS} actions, ${CONCURRENCY} at once`,
          [got],
          'provisioned',
          100,
        ),
        note: `one pass; ${got.bodies.join('; ')}; no failure, no duplicate; the times are those of whole bootstraps`,
      },
    ]
  },
}

function files(switches: number): Readonly<Record<string, string>> {
  const steps = Array.from(
    { length: ACTIONS },
    (_, at) =>
      `  - name: step ${at}\n    action: add_config\n    attributes:\n` +
      `      url: files/step-${at}.template\n      variables: {address: $address}\n`,
  ).join('')
  const pool = Array.from(
    { length: switches * 2 },
    (_, at) => `10.0.${at >> 8}.${at & 255}: null\n`,
  )
  const templates = Array.from({ length: ACTIONS }, (_, at): [string, string] => [
    `files/step-${at}.template`,
    `interface Ethernet${at + 1}\n description $address\n`,
  ])
  return {
    ...Object.fromEntries(templates),
    neighbordb: neighbordb(PATTERNS),
    'bootstrap/bootstrap': "#!/usr/bin/env python3\nSERVER = '$SERVER'\n",
    'actions/add_config': 'def main(attributes):\n    pass\n',
    'definitions/leaf': `name: leaf\nattributes:\n  address: allocate('addresses')\nactions:\n${steps}`,
    'resources/addresses': pool.join(''),
  }
}
