import type { Identifier } from '../node/identity.ts'
import { allocationsOf, attributesOf } from './allocations.ts'
import type { Failure, Provisioned, Run } from './outcome.ts'
import { createReporter, type Reporter } from './progress.ts'
import { fetchConfig, fetchDefinition, fetchScript, keepConfig, postDetails } from './protocol.ts'
import { runActions } from './run-actions.ts'
import { RunFailure } from './run-failure.ts'
import { createSession, type Session, type SessionPorts } from './session.ts'
import type { VirtualSwitch } from './virtual-switch.ts'

export type RunOptions = SessionPorts & {
  /** What DHCP's option 67 would say: `http://HOST:PORT/bootstrap`. */
  readonly bootUrl: string
  /** The server's setting; the Location it answers must agree. */
  readonly identifier: Identifier
}

/**
 * Boots a virtual switch: the whole protocol of the bootstrap script (spec: client.md), and then
 * the startup-config sent back. Never throws for what a server does; the run tells.
 */
export async function runSwitch(node: VirtualSwitch, options: RunOptions): Promise<Run> {
  const started = options.clock.now()
  const session = createSession(node, options)
  const outcome = await outcomeOf(session, options)
  const milliseconds = options.clock.now() - started
  const { exchanges } = session
  const run: Run = { node, exchanges, milliseconds, ...outcome }
  options.observe({ kind: 'ended', name: node.name, requests: exchanges.length, run })
  return run
}

type Outcome = { readonly nodeId: string | undefined } & (
  | { readonly kind: 'provisioned'; readonly got: Provisioned }
  | { readonly kind: 'failed'; readonly failure: Failure }
)

async function outcomeOf(session: Session, options: RunOptions): Promise<Outcome> {
  let nodeId: string | undefined
  let reporter: Reporter | undefined
  try {
    const server = await fetchScript(session, options.bootUrl)
    await fetchConfig(session, server)
    const place = await postDetails(session, server, options.identifier)
    nodeId = place.nodeId
    session.identify(nodeId)
    reporter = createReporter(session, place.location)
    const got = await provision(session, { server, location: place.location, reporter })
    return { kind: 'provisioned', nodeId, got }
  } catch (thrown) {
    if (!(thrown instanceof RunFailure)) throw thrown
    const { message, details } = thrown
    const failure = { stage: session.stage(), reason: message, ...details }
    await reporter?.tell({ stage: 'bootstrap', status: 'failed', message })
    return { kind: 'failed', nodeId, failure }
  }
}

type Registered = {
  readonly server: string
  readonly location: string
  readonly reporter: Reporter
}

async function provision(
  session: Session,
  { server, location, reporter }: Registered,
): Promise<Provisioned> {
  await reporter.tell({ stage: 'bootstrap', status: 'started', message: 'registered' })
  const definition = await fetchDefinition(session, location)
  const startupConfig = await runActions(session, server, definition, reporter)
  if (startupConfig === '') {
    throw new RunFailure('startup configuration is missing at the end of the bootstrap process')
  }
  const message = 'ZTP bootstrap completed successfully!'
  await reporter.tell({ stage: 'bootstrap', status: 'succeeded', message, percent: 100 })
  await keepConfig(session, location, startupConfig)
  return {
    definition: definition.name,
    attributes: attributesOf(definition),
    allocations: allocationsOf(definition),
    startupConfig,
  }
}
