import { joinUrl } from '../config/server-url.ts'
import type { Clock } from '../kernel/clock.ts'
import { DEMO_FABRIC, MISCABLED, SCRIPTED } from './demo-fabric.ts'
import { type Decision, type DemoReport, demoReport, type Reviewed } from './demo-report.ts'
import { createScreen, type ScreenOutput, screenStyle } from './demo-screen.ts'
import type { Exchange } from './exchange.ts'
import { type Boot, runFleet } from './fleet.ts'
import { createHttpClient } from './http-client.ts'
import type { Run } from './outcome.ts'
import { runSwitch } from './run-switch.ts'
import { bootWithScript } from './script-boot.ts'
import { virtualSwitches } from './topology.ts'
import type { VeosSearch } from './veos.ts'
import { reportOf } from './virtual-switch.ts'

/** The server under demonstration, and what only it can tell. */
export type DemoServer = {
  /** As `server_url`; the final slash may be there or not. */
  readonly url: string
  /** The pattern that a node matched, and its definition. */
  decision(nodeId: string): Promise<Decision | undefined>
  /**
   * Why no pattern fits.
   *
   * @param report what the switch posts, as an object
   * @returns a line for each pattern passed over
   */
  explain(report: unknown): Promise<readonly string[]>
  /** What it answered so far to anybody but the simulated switches, in order. */
  heard(): readonly Exchange[]
}

export type FabricDemoOptions = {
  readonly server: DemoServer
  /** What can run the real bootstrap script. */
  readonly veos: VeosSearch
  readonly clock: Clock
  readonly output: ScreenOutput
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Long for a server on loopback, short for a person who waits. */
const TIMEOUT_SECONDS = 15

/**
 * Boots the eight switches of the demo at once against a server that has examples/data-root and
 * `identifier = serialnumber`, shows them live, and reviews what came of it. One of them runs the
 * real script where that is possible; the others are simulated.
 */
export async function runFabricDemo(options: FabricDemoOptions): Promise<DemoReport> {
  const { server, veos, clock, output, environment } = options
  output.write(`${castLine(veos)}\n\n`)
  const switches = virtualSwitches(DEMO_FABRIC)
  const names = switches.map((each) => each.name)
  const screen = createScreen(names, output, screenStyle(output, environment))
  const http = createHttpClient({ connections: switches.length, timeout: TIMEOUT_SECONDS })
  try {
    const runs = await runFleet(switches, {
      bootUrl: joinUrl(server.url, 'bootstrap'),
      identifier: 'serialnumber',
      concurrency: switches.length,
      http,
      clock,
      observe: screen.show,
      boot: bootWith(options),
    })
    const reviewed = await Promise.all(runs.map((each) => review(each, server)))
    const scripted = veos.kind === 'found' ? SCRIPTED : undefined
    return demoReport(reviewed, { miscabled: MISCABLED, scripted })
  } finally {
    await http.close()
  }
}

function castLine(veos: VeosSearch): string {
  return veos.kind === 'found'
    ? `${SCRIPTED} runs the real bootstrap script, on a virtual EOS (${veos.veos.python}); the others are simulated.`
    : `All eight switches are simulated: ${veos.reason}, which would run the real bootstrap script.`
}

function bootWith({ veos, server }: FabricDemoOptions): Boot {
  if (veos.kind === 'none') return runSwitch
  const script = bootWithScript(veos.veos, server.heard)
  return (node, options) => (node.name === SCRIPTED ? script : runSwitch)(node, options)
}

async function review(run: Run, server: DemoServer): Promise<Reviewed> {
  const { nodeId } = run
  const decision = nodeId === undefined ? undefined : await server.decision(nodeId)
  const explanation = run.kind === 'failed' ? await server.explain(reportOf(run.node)) : []
  return { run, decision, explanation }
}
