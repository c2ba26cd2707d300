import { addFiles, makeDataRoot } from './data-root.ts'
import { definition as definitionText, nodeFiles } from './fabric.ts'
import type { PlannedRequest } from './load-plan.ts'
import type { Scenario } from './scenario.ts'
import { withServer } from './server.ts'
import { CONNECTIONS, steadyLoad } from './steady.ts'

const NODES = 500

export const definition: Scenario = {
  name: 'definition',
  async run(folder, effort) {
    const requests = makeDefinitions(folder)
    return withServer(folder, async (server) => [
      await steadyLoad(
        {
          server,
          what: `GET /nodes/ID, ten actions, attributes, no allocation; ${NODES} nodes in turn`,
          plan: (seconds) => ({
            kind: 'each',
            origin: server.origin,
            requests,
            connections: CONNECTIONS,
            seconds,
          }),
          least: 3_000,
        },
        effort,
      ),
    ])
  },
}

/** A data directory with nodes. @returns a request for the definition of each */
export function makeDefinitions(folder: string): readonly PlannedRequest[] {
  const text = definitionText(10)
  makeDataRoot(folder, {})
  const ids = Array.from({ length: NODES }, (_, node) => `DEF${node}`)
  ids.forEach((id, leaf) => {
    addFiles(folder, nodeFiles(id, leaf, text))
  })
  return ids.map((id) => ({ method: 'GET', path: `/nodes/${id}` }))
}
