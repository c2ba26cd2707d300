import type { Settings } from '../config/options.ts'
import type { SettingsReading } from '../config/settings.ts'
import type { Clock } from '../kernel/clock.ts'
import type { DoctorPorts } from '../provision/doctor/ports.ts'
import type { SlowRegex } from '../provision/ports.ts'
import type { DataEntry, DataFiles } from '../provision/validate/data-files.ts'
import type { PoolAdmin } from '../resource/pool-admin.ts'
import type { DemoDeps } from './demo-ports.ts'
import type { NodesDesk } from './nodes/desk.ts'

/** The flags that stand before or after any sub-command. */
export type GlobalFlags = {
  /** `--conf`; the environment variable ZTPS_CONFIG beats it. */
  readonly conf?: string
  readonly debug: boolean
}

/** How many pools were cleared, and how many of their entries had been held. */
type Cleared = { readonly pools: number; readonly entries: number }

/** A data directory that `ztps init` made; paths relative to it. */
export type Scaffold = {
  readonly written: readonly string[]
  /** Were there already, and stay as they are. */
  readonly kept: readonly string[]
  /** The configuration file, as the operator would name it. */
  readonly configuration: string
}

/** What an upgrade does with one file. */
export type UpgradeStep = {
  /** Relative to the data directory. */
  readonly path: string
  /**
   * `beside`: the file was edited and stays, ours comes beside it as NAME.new; `retire`: a plugin
   * that ours, built in, replaces.
   */
  readonly kind: 'add' | 'replace' | 'beside' | 'retire'
}

/** An upgrade of a data directory made for ZTPServer, or by an earlier release; nothing is done yet. */
export type Upgrade = {
  readonly steps: readonly UpgradeStep[]
  /**
   * Backs up what it touches, then does the steps.
   *
   * @returns the folder of the backup; undefined where nothing was there to be backed up
   */
  apply(): Promise<string | undefined>
}

/** All that the command line does to the world. Failures are ZtpErrors. */
export type CliDeps = {
  /** X.Y.Z */
  readonly version: string
  /** When this release was made, ms since 1970. */
  readonly released: number
  loadSettings(flags: GlobalFlags): Promise<SettingsReading>
  /**
   * Serves until a signal ends it.
   *
   * @returns the exit status
   * @throws ZtpError ZTP_CANNOT_LISTEN, ZTP_BAD_DATA_ROOT
   */
  serve(settings: Settings, flags: GlobalFlags): Promise<number>
  dataFiles(root: string): DataFiles
  kindOf(path: string): Promise<DataEntry['kind'] | 'absent'>
  /**
   * @param path `-` for standard input
   * @throws ZtpError naming the path and the reason
   */
  readText(path: string): Promise<string>
  /** The same, byte for byte. */
  readBytes(path: string): Promise<Uint8Array>
  readonly slowRegex: SlowRegex
  readonly clock: Clock
  /** The pools of every place that is configured, files first. Whoever asks closes them. */
  poolAdmins(settings: Settings): Promise<readonly PoolAdmin[]>
  /** Frees every entry of every file pool. */
  clearResources(settings: Settings): Promise<Cleared>
  /** Never overwrites a file. */
  scaffold(directory: string): Promise<Scaffold>
  planUpgrade(directory: string): Promise<Upgrade>
  /** @throws ZtpError ZTP_BAD_DATA_ROOT */
  nodes(settings: Settings, access: 'read' | 'change'): Promise<NodesDesk>
  demo(): Promise<DemoDeps>
  readonly doctor: DoctorPorts
}
