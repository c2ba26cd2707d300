import type { Value } from '../../kernel/value.ts'
import type { PluginRequest } from '../../resource/plugin.ts'
import type { CallLog } from './call-log.ts'
import type { PluginFile } from './plugin-folder.ts'

/** What a plugin is to do: find the value for a node, or take back one that it gave. */
export type PluginTask = {
  readonly plugin: PluginFile
  readonly request: PluginRequest
  /** The value to take back; undefined when one is wanted. */
  readonly free?: Value
  readonly log: CallLog
}

export type PluginResult = {
  /** Null for a task that takes back. */
  readonly value: Value
  /** Whether the plugin can take back what it gave. */
  readonly frees: boolean
}

/** Runs the plugins of a kind. */
export type PluginRunner = {
  /** @throws ZtpError ZTP_PLUGIN_FAILED with the reason */
  run(task: PluginTask): Promise<PluginResult>
  /** Waits for what is under way. */
  close(): Promise<void>
}

/** What every runner has of its surroundings. */
export type RunnerOptions = {
  /** The folder plugins/, in which plugins run. */
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  /** `[plugins] timeout`. */
  readonly timeoutMs: number
  /** `[plugins] workers`. */
  readonly workers: number
  /** A task that waited longer for its turn is not begun: nobody waits for its end any more. */
  readonly patienceMs: number
}

/** Bytes of JSON that one value may come to. */
export const MOST_VALUE_BYTES = 1024 * 1024

/** In words, for the errors. */
export const TOO_LARGE = 'the value is larger than 1 MiB'
