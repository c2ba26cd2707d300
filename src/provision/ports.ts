import type { Definition } from '../definition/definition.ts'
import type { Loaded } from '../kernel/diagnostic.ts'
import type { ValueMap } from '../kernel/value.ts'
import type { NodeId } from '../node/identity.ts'
import type { NodeReport } from '../node/report.ts'
import type {
  CompiledPattern,
  Neighbordb,
  RegexQuestion,
  RegexVerdicts,
} from '../topology/neighbordb.ts'
import type { NodeEvent } from './events.ts'

/** What a node's folder holds when it is about to be served. */
export type NodeFolder = {
  readonly report: Loaded<NodeReport>
  readonly pattern: Loaded<CompiledPattern>
  readonly definition: Loaded<Definition>
  readonly attributes: Loaded<ValueMap>
  readonly hasStartupConfig: boolean
}

/** The files a new node's folder starts with. */
export type NewNode = {
  /** Absent for a node that an operator prepares: it comes with the switch's first POST. */
  readonly report?: NodeReport
  readonly attributes?: Uint8Array
  readonly startupConfig?: Uint8Array
  readonly definition?: Uint8Array
  readonly pattern?: string
  readonly configHandler?: Uint8Array
}

/** Where the nodes are kept. Every write is durable when its promise resolves. */
export type NodeStore = {
  /** `configured` when the folder holds a definition or a startup-config. */
  state(id: NodeId): Promise<'absent' | 'empty' | 'configured'>
  /** Whether the node has a folder: cheaper than its state. */
  knows(id: NodeId): Promise<boolean>
  /** @returns undefined when the node has no folder */
  load(id: NodeId): Promise<NodeFolder | undefined>
  /** Makes the whole folder or nothing. Of simultaneous calls one answers `created`. */
  create(id: NodeId, files: NewNode): Promise<'created' | 'exists'>
  /** @returns `unknown` when the node has no folder any more */
  saveReport(id: NodeId, report: NodeReport): Promise<'saved' | 'unknown'>
  /**
   * Stores it byte for byte, keeping the previous version.
   *
   * @returns `unknown` when the node has no folder
   */
  saveStartupConfig(id: NodeId, body: Uint8Array): Promise<'created' | 'replaced' | 'unknown'>
  /** @returns undefined when there is none */
  startupConfig(id: NodeId): Promise<Uint8Array | undefined>
}

/** A definition file, ready to be copied into a node's folder. */
export type DefinitionFile = { readonly bytes: Uint8Array; readonly definition: Definition }

/** The operator's files. Only read. */
export type Library = {
  /** An empty or missing file is a neighbordb without patterns. */
  neighbordb(): Promise<Loaded<Neighbordb>>
  /** @param path under definitions/, as neighbordb names it */
  definition(path: string): Promise<Loaded<DefinitionFile>>
  /** The bootstrap script's bytes; the same object while the file stays as it is. */
  bootstrap(): Promise<Loaded<Uint8Array>>
  /** The text of bootstrap.conf; without the file switches get empty settings. */
  bootstrapConf(): Promise<Loaded<string>>
  /** Where that is, for diagnostics. */
  readonly bootstrapConfPath: string
  /** @returns the program's bytes, undefined when there is none */
  configHandler(name: string): Promise<Uint8Array | undefined>
}

/** Answers what the linear-time engine cannot: look-around and back-references. */
export type SlowRegex = {
  /**
   * @returns a verdict for each question
   * @throws ZtpError ZTP_REGEX_TIMEOUT
   */
  answer(questions: readonly RegexQuestion[]): Promise<RegexVerdicts>
}

/** Runs a node's config-handler after its startup-config was stored, without delaying the answer. */
export type ConfigHandlers = {
  /** Queues the node's handler, if it has one; one at a time for one node. */
  startupConfigSaved(id: NodeId): void
}

/** Whatever happens to a node goes here. */
export type EventSink = { emit(event: NodeEvent): void }
