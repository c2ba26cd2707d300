import { joinUrl } from '../config/server-url.ts'
import type { Clock } from '../kernel/clock.ts'
import { DEMO_FABRIC, MISCABLED } from './demo-fabric.ts'
import { type Decision, type DemoReport, demoReport, type Reviewed } from './demo-report.ts'
import { createScreen, type ScreenOutput, screenStyle } from './demo-screen.ts'
import { runFleet } from './fleet.ts'
import { createHttpClient } from './http-client.ts'
import type { Run } from './outcome.ts'
import { virtualSwitches } from './topology.ts'
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
}

export type FabricDemoOptions = {
  readonly server: DemoServer
  readonly clock: Clock
  readonly output: ScreenOutput
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Long for a server on loopback, short for a person who waits. */
const TIMEOUT_SECONDS = 15

/**
 * Boots the eight switches of the demo at once against a server that has examples/data-root and
 * `identifier = serialnumber`, shows them live, and reviews what came of it.
 */
export async function runFabricDemo(options: FabricDemoOptions): Promise<DemoReport> {
  const { server, clock, output, environment } = options
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
    })
    const reviewed = await Promise.all(runs.map((each) => review(each, server)))
    return demoReport(reviewed, MISCABLED)
  } finally {
    await http.close()
  }
}

async function review(run: Run, server: DemoServer): Promise<Reviewed> {
  const { nodeId } = run
  const decision = nodeId === undefined ? undefined : await server.decision(nodeId)
  const explanation = run.kind === 'failed' ? await server.explain(reportOf(run.node)) : []
  return { run, decision, explanation }
}
