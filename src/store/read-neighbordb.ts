import type { Parsed } from '../kernel/diagnostic.ts'
import type { Identifier } from '../node/identity.ts'
import { parseNeighbordb } from '../topology/parse.ts'
import type { NeighbordbSource } from '../topology/source.ts'
import { decodeUtf8 } from '../yaml/utf8.ts'

/** A neighbordb that was read from disk: plain data, for whichever thread parses it. */
export type NeighbordbFileRequest = {
  readonly bytes: Uint8Array
  readonly file: string
  readonly identifier: Identifier
}

/** Decodes and parses; compiling is left to the thread that matches. */
export function readNeighbordb({
  bytes,
  file,
  identifier,
}: NeighbordbFileRequest): Parsed<NeighbordbSource> {
  const { value: text, diagnostics } = decodeUtf8(bytes, file)
  if (text === undefined) return { value: undefined, diagnostics }
  return parseNeighbordb(text, { file, identifier })
}
