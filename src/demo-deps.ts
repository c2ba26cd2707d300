import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { DemoDeps, RunningDemo } from './cli/demo-ports.ts'
import { composeApplication } from './compose.ts'
import { readSettings } from './config/settings.ts'
import { endpointsOf } from './http/entrance/endpoint.ts'
import { openEntrance } from './http/entrance/entrance.ts'
import { freePort } from './http/free-port.ts'
import { openGate } from './http/gate.ts'
import { observeRequests, type ServedRequest } from './http/observe-requests.ts'
import { ZtpError } from './kernel/errors.ts'
import { silentLogger } from './kernel/logger.ts'
import type { NodeEvent } from './provision/events.ts'
import { runFabricDemo } from './simulate/demo.ts'
import type { Decision } from './simulate/demo-report.ts'
import type { Exchange } from './simulate/exchange.ts'
import { stepOf } from './simulate/step-of.ts'
import { findVeos } from './simulate/veos.ts'
import type { Surroundings } from './standalone/surroundings.ts'
import { keepScriptLogIn } from './store/scaffold/keep-script-log.ts'
import {
  CLIENT_FOLDER,
  configurationIn,
  makeDataRoot,
  makeTemporaryFolder,
  removeFolder,
} from './store/scaffold/new-data-root.ts'
import { createSocketFiles } from './store/socket-file.ts'
import { readText } from './store/text-file.ts'

/** How long requests in flight may go on at the end, in milliseconds. */
const PATIENCE_MS = 10_000

type Around = Pick<Surroundings, 'clock' | 'environment' | 'interrupted'>

/** What `ztps demo` is made of: the real server, the example data directory, virtual switches. */
export function createDemoDeps(around: Around): DemoDeps {
  return {
    makeDirectory: makeTemporaryFolder,
    removeDirectory: removeFolder,
    async scaffold(path) {
      await makeDataRoot(path)
      await keepScriptLogIn(path)
    },
    start: (path) => startDemo(path, around),
    interrupted: around.interrupted,
  }
}

async function startDemo(path: string, { clock, environment }: Around): Promise<RunningDemo> {
  const settings = await demoSettings(path)
  const decisions = new Map<string, Decision>()
  const observe = (event: NodeEvent) => {
    if (event.kind === 'matched') decisions.set(event.nodeId, event)
  }
  const outside = { logger: silentLogger, clock, environment, observe }
  const application = await composeApplication(settings, outside)
  const heard: Exchange[] = []
  observeRequests(application.http, (request) => heard.push(...fromOutside(request)))
  const gate = await openGate(application.http, { logger: silentLogger })
  const entrance = await openEntrance({
    endpoints: endpointsOf(settings),
    tls: false,
    handOver: false,
    files: createSocketFiles({ mode: settings.socketMode, uid: undefined, gid: undefined }),
  })
  entrance.admit(gate.take, silentLogger)
  const { explain } = application
  const decision = async (id: string) => decisions.get(id)
  const url = settings.serverUrl
  const server = { url, decision, explain, heard: () => heard }
  return {
    url,
    async rehearse({ stdout, environment: shell }) {
      const veos = await findVeos(join(CLIENT_FOLDER, 'tests', 'veos'), environment)
      return runFabricDemo({ server, veos, clock, output: stdout, environment: shell })
    },
    async close() {
      await entrance.close()
      const cut = wait(PATIENCE_MS, undefined, { ref: false })
      await gate.stop(cut)
      await application.close(cut)
    },
  }
}

/** The request as the demo counts it; our own simulated switches send no User-Agent. */
function fromOutside({ userAgent, ...request }: ServedRequest): readonly Exchange[] {
  const step = userAgent === '' ? undefined : stepOf(request.method, request.url)
  return step === undefined ? [] : [{ ...request, step }]
}

async function demoSettings(path: string) {
  const file = configurationIn(path)
  const port = await freePort()
  const { settings } = readSettings({
    text: await readText(file),
    file,
    environment: {},
    flags: {
      serverUrl: `http://127.0.0.1:${port}`,
      serverInterface: [{ kind: 'ip', host: '127.0.0.1' }],
      serverPort: port,
    },
  })
  if (settings === undefined) throw new ZtpError('ZTP_BAD_CONFIGURATION', `${file} is not valid`)
  return settings
}
