import { joinUrl } from '../config/server-url.ts'
import { allocationsOf, attributesOf } from './allocations.ts'
import type { Exchange } from './exchange.ts'
import type { Boot } from './fleet.ts'
import type { Failure, Provisioned, Run, Stage } from './outcome.ts'
import { fetchDefinition, keepConfig } from './protocol.ts'
import { RunFailure } from './run-failure.ts'
import type { RunOptions } from './run-switch.ts'
import { createSession, type Session } from './session.ts'
import type { Veos } from './veos.ts'
import { nodeIdOf, type VirtualSwitch } from './virtual-switch.ts'

/**
 * Boots switches with the real bootstrap script, on a virtual EOS. What they send and get is known
 * only to the script and to the server.
 *
 * @param heard what the server was asked by the script and by EOS so far
 */
export function bootWithScript(veos: Veos, heard: () => readonly Exchange[]): Boot {
  return async (node, options) => {
    const started = options.clock.now()
    const session = createSession(node, { ...options, observe: () => {} })
    const exchanges = () => [...heard(), ...session.exchanges]
    const show = (stage: Stage, detail: string): void =>
      options.observe({ kind: 'at', name: node.name, stage, detail, requests: exchanges().length })
    const outcome = await outcomeOf(session, options, veos, show)
    const milliseconds = options.clock.now() - started
    const run: Run = { node, exchanges: exchanges(), milliseconds, ...outcome }
    options.observe({ kind: 'ended', name: node.name, requests: run.exchanges.length, run })
    return run
  }
}

type Outcome = { readonly nodeId: string } & (
  | { readonly kind: 'provisioned'; readonly got: Provisioned }
  | { readonly kind: 'failed'; readonly failure: Failure }
)

async function outcomeOf(
  session: Session,
  options: RunOptions,
  veos: Veos,
  show: (stage: Stage, detail: string) => void,
): Promise<Outcome> {
  const { node } = session
  const nodeId = nodeIdOf(node, options.identifier)
  let stage: Stage = 'bootstrap'
  const enter = (next: Stage, detail = ''): void => {
    stage = next
    show(stage, detail)
  }
  enter('bootstrap', 'starting EOS')
  try {
    const { startupConfig, lastLine } = await veos.boot(node, options.bootUrl, (line) => {
      const told = stageOf(line)
      if (told !== undefined) enter(...told)
    })
    if (startupConfig === undefined) throw new RunFailure(lastLine)
    enter('startup-config')
    const location = joinUrl(options.bootUrl.replace(/\/bootstrap$/, ''), `nodes/${nodeId}`)
    const got = { ...(await given(node, options, location)), startupConfig }
    await keepConfig(session, location, startupConfig)
    return { kind: 'provisioned', nodeId, got }
  } catch (thrown) {
    if (!(thrown instanceof RunFailure)) throw thrown
    const failure = { stage, reason: thrown.message, ...thrown.details }
    return { kind: 'failed', nodeId, failure }
  }
}

/**
 * How far the script is, by the words it prints (spec: client.md, and its own `node is`).
 *
 * @returns undefined for a line that tells nothing of it
 */
export function stageOf(line: string): readonly [Stage, string] | undefined {
  if (/: node is \S+ on the server/.test(line)) return ['definition', '']
  const [, action] = /: Executing action (.+)$/.exec(line) ?? []
  return action === undefined ? undefined : ['actions', action]
}

/**
 * What the server gave the node: the script keeps it to itself, so the server is asked once more.
 * It answers the same until it is sent a startup-config.
 */
async function given(
  node: VirtualSwitch,
  options: RunOptions,
  location: string,
): Promise<Omit<Provisioned, 'startupConfig'>> {
  const session = createSession(node, { ...options, observe: () => {} })
  const definition = await fetchDefinition(session, location)
  return {
    definition: definition.name,
    attributes: attributesOf(definition),
    allocations: allocationsOf(definition),
  }
}
