import type { Writable } from 'node:stream'
import type { NodeId } from '../../node/identity.ts'
import type { Progress } from '../../provision/progress.ts'
import type { Refusal } from '../../provision/refusal.ts'
import type { Registration } from '../../provision/register.ts'
import type { SavedConfig } from '../../provision/save-config.ts'
import type { ServedDefinition } from '../../provision/serve-definition.ts'
import type { FilePart, ServedFile, ServedFolder } from '../../provision/served-file.ts'

/** Writes a part of an open file, and closes it. */
export type WritePart = (to: Writable) => Promise<void>

export type Checksums = { readonly size: number; readonly sha1: string; readonly sha256: string }

/** What the switch-facing API needs of the rest: its only way in. */
export type SwitchService = {
  /** As configured: what Location and the script's $SERVER begin with. */
  readonly serverUrl: string
  /** @returns undefined for a text that is no safe node id */
  nodeId(text: string): NodeId | undefined
  /** @throws ZtpError when the file is missing or unreadable */
  bootstrapScript(): Promise<Uint8Array>
  /** The JSON text of bootstrap.conf. @throws ZtpError when it is not valid */
  bootstrapConfig(): Promise<string>
  register(body: string): Promise<Registration>
  definition(id: NodeId): Promise<ServedDefinition>
  saveStartupConfig(id: NodeId, body: Uint8Array): Promise<SavedConfig>
  startupConfig(id: NodeId): Promise<Uint8Array | Refusal>
  reportProgress(id: NodeId, progress: Progress): Promise<Refusal | undefined>
  /** @returns undefined when there is no such regular file inside the folder */
  file(folder: ServedFolder, path: string): Promise<ServedFile | undefined>
  /**
   * Opens a file to send a part of it; the function returned does, and must be called.
   *
   * @returns undefined when it is another file by now
   * @throws when it cannot be opened; the function, when it cannot finish
   */
  openFile(file: ServedFile, part: FilePart): Promise<WritePart | undefined>
  /** @returns undefined when there is no such file @throws ZtpError when it cannot be read */
  checksums(folder: ServedFolder, path: string): Promise<Checksums | undefined>
}
