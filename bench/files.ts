import { bootstrapScript, makeDataRoot } from './data-root.ts'
import type { Effort, Row, Scenario } from './scenario.ts'
import { withServer } from './server.ts'
import { CONNECTIONS, steadyLoad } from './steady.ts'

/** The requests for files that a switch makes, one scenario for each kind. */
export const bootstrap: Scenario = {
  name: 'bootstrap',
  run: (folder, effort) =>
    getFile(folder, effort, {
      what: 'GET /bootstrap, 50 KB',
      path: '/bootstrap',
      files: { 'bootstrap/bootstrap': bootstrapScript() },
      least: 8_000,
    }),
}

export const smallFile: Scenario = {
  name: 'small-file',
  run: (folder, effort) =>
    getFile(folder, effort, {
      what: 'GET /files/PATH, 1 KB',
      path: '/files/templates/leaf.template',
      files: { 'files/templates/leaf.template': TEMPLATE },
      least: 8_000,
    }),
}

export const action: Scenario = {
  name: 'action',
  run: (folder, effort) =>
    getFile(folder, effort, {
      what: 'GET /actions/NAME, 1 KB',
      path: '/actions/add_config',
      files: { 'actions/add_config': TEMPLATE },
      least: 8_000,
    }),
}

export const meta: Scenario = {
  name: 'meta',
  run: (folder, effort) =>
    getFile(folder, effort, {
      what: 'GET /meta/files/PATH, 1 MB, checksums cached',
      path: '/meta/files/images/small.swi',
      files: { 'files/images/small.swi': 'x'.repeat(1_000_000) },
    }),
}

const TEMPLATE = 'interface Management1\n ip address $address\n'.repeat(24).slice(0, 1024)

type FileCase = {
  readonly what: string
  readonly path: string
  readonly files: Readonly<Record<string, string>>
  readonly least?: number
}

async function getFile(
  folder: string,
  effort: Effort,
  { path, files, ...row }: FileCase,
): Promise<readonly Row[]> {
  makeDataRoot(folder, files)
  return withServer(folder, async (server) => [
    await steadyLoad(
      {
        ...row,
        server,
        plan: (seconds) => ({
          kind: 'repeat',
          origin: server.origin,
          path,
          connections: CONNECTIONS,
          seconds,
        }),
      },
      effort,
    ),
  ])
}
