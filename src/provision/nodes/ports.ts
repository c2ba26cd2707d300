import type { NodeId } from '../../node/identity.ts'
import type { NewNode } from '../ports.ts'

/** Something in a node's folder. */
export type NodeFile = {
  readonly name: string
  readonly bytes: number
  /** ms since 1970 */
  readonly modified: number
  /** Where it leads, if it is a symbolic link. */
  readonly link?: string
}

/** Where a node's definition comes from. */
export type DefinitionOrigin = {
  /** `own`: a file like none of definitions/. */
  readonly kind: 'link' | 'copy' | 'own'
  /** Its path under definitions/; where a link leads that leads elsewhere. */
  readonly name: string | null
}

/** What `nodes/` has of a node. */
export type NodePlace = {
  /** Its path. */
  readonly folder: string
  /** Where it leads, as written, if nodes/ID is a symbolic link. */
  readonly link?: string
  /** The node whose folder it leads to. */
  readonly leadsTo?: NodeId
  readonly files: readonly NodeFile[]
  readonly definition?: DefinitionOrigin
}

/** A startup-config that was replaced since. */
export type ConfigVersion = {
  /** When it was replaced, ms since 1970. */
  readonly replaced: number
  readonly sha256: string
  readonly bytes: number
}

/** Why a folder went into the archive. */
export type ArchiveReason =
  | { readonly kind: 'reset' | 'removed' | 'overwritten' }
  | { readonly kind: 'replaced'; readonly by: NodeId }

/** The newest folder in the archive that was a node's. */
export type Archived = {
  readonly folder: string
  /** ms since 1970 */
  readonly time: number
  readonly reason: ArchiveReason
}

/** A folder built aside. */
export type StagedNode = {
  readonly id: NodeId
  /** Gives it its place, whole or not at all. */
  place(): Promise<'created' | 'exists'>
  discard(): Promise<void>
}

/** The files of a node that an operator gives, by their names. */
export type NodeFileName =
  | 'definition'
  | 'pattern'
  | 'attributes'
  | 'startup-config'
  | 'config-handler'

/**
 * What an operator does with the nodes, beside running servers. Every change is durable when its
 * promise resolves; every method throws ZtpError ZTP_STORE_FAILED.
 */
export type NodeAdmin = {
  /** Every id with a folder, in the order people expect. */
  ids(): Promise<readonly NodeId[]>
  /** @returns undefined when the node has no folder */
  look(id: NodeId): Promise<NodePlace | undefined>
  /** @returns undefined when there is no such file */
  read(id: NodeId, file: NodeFileName): Promise<Uint8Array | undefined>
  /** Oldest first. */
  versions(id: NodeId): Promise<readonly ConfigVersion[]>
  /** @returns undefined when nothing of the node was ever archived */
  archived(id: NodeId): Promise<Archived | undefined>
  /** Does the work while no other command changes nodes of this data directory. */
  alone<T>(work: () => Promise<T>): Promise<T>
  stage(id: NodeId, content: NewNode): Promise<StagedNode>
  /**
   * Copies the node's folder and its versions into the archive, what links lead to in their place.
   *
   * @returns the folder in the archive
   */
  archive(id: NodeId, reason: ArchiveReason): Promise<string>
  /**
   * Archives the folder and takes it away, in one step for whoever looks. Of a link only the link
   * goes.
   *
   * @param options.versions whether the versions of its startup-config go too
   * @returns the folder in the archive; undefined when there was no folder
   */
  retire(
    id: NodeId,
    reason: ArchiveReason,
    options: { readonly versions: boolean },
  ): Promise<string | undefined>
  /** Copies the versions of one node to another, which loses those it had. */
  copyVersions(from: NodeId, to: NodeId): Promise<void>
  forgetVersions(id: NodeId): Promise<void>
  /**
   * Gives one node's folder to another, in one step for whoever looks: its report is that of the
   * other from then on, or none.
   *
   * @param options.overwrite whether a definition or startup-config of the other's own may go
   * @returns `occupied` when the other has one, and nothing was done
   */
  handOver(
    from: NodeId,
    to: NodeId,
    options: { readonly overwrite: boolean },
  ): Promise<'done' | 'occupied'>
}
