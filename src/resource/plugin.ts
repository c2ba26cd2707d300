import type { Value } from '../kernel/value.ts'
import type { NodeId } from '../node/identity.ts'
import type { NodeReport } from '../node/report.ts'

/** One plugin call of a definition, for one node: `allocate('pool', 'label')`. */
export type PluginRequest = {
  readonly nodeId: NodeId
  /** The call's first argument. */
  readonly pool: string
  /** The call's second argument, where it has one. */
  readonly label?: string
  readonly report: NodeReport
}

/** What a plugin answered. */
export type Allocation = {
  readonly value: Value
  /**
   * Gives back what this very call took; nothing happens if the node held it before.
   *
   * @returns whether others may get it now
   */
  giveBack(): Promise<boolean>
}

/** A resource plugin: turns a pool and a node into a value, the same one for ever. */
export type Plugin = {
  /** @throws ZtpError with the reason, e.g. ZTP_POOL_EXHAUSTED */
  allocate(request: PluginRequest): Promise<Allocation>
}

/** Finds the plugin behind the name of a call. */
export type PluginRegistry = {
  /** @returns undefined when no plugin has the name */
  find(name: string): Promise<Plugin | undefined>
}

/** The operator's own plugins. */
export type PluginSource = {
  /**
   * @returns undefined when the operator has none of that name, so that ours runs
   * @throws ZtpError ZTP_PLUGIN_FAILED when there is a file that cannot be run
   */
  find(name: string): Promise<Plugin | undefined>
}
