import type { Diagnostic } from '../kernel/diagnostic.ts'
import { serveRequests } from '../thread/serve-requests.ts'
import type { PatternSource } from '../topology/source.ts'
import { type NeighbordbFileRequest, readNeighbordb } from './read-neighbordb.ts'

/** `parse` comes first, then `next` until a batch is the last. */
export type NeighbordbRequest =
  | ({ readonly kind: 'parse' } & NeighbordbFileRequest)
  | { readonly kind: 'next' }

/** A part of what a neighbordb holds, small enough to be taken in between two requests. */
export type NeighbordbBatch = {
  readonly patterns: readonly PatternSource[]
  readonly diagnostics: readonly Diagnostic[]
  readonly last: boolean
  /** False when the file as a whole could not be read. */
  readonly readable: boolean
}

const BATCH = 250

let rest: NeighbordbBatch = { patterns: [], diagnostics: [], last: true, readable: false }

serveRequests<NeighbordbRequest, NeighbordbBatch>((request) => {
  if (request.kind === 'parse') rest = readWhole(request)
  const { patterns, diagnostics, readable } = rest
  const last = patterns.length <= BATCH && diagnostics.length <= BATCH
  rest = {
    patterns: patterns.slice(BATCH),
    diagnostics: diagnostics.slice(BATCH),
    last,
    readable,
  }
  return {
    patterns: patterns.slice(0, BATCH),
    diagnostics: diagnostics.slice(0, BATCH),
    last,
    readable,
  }
})

function readWhole(request: NeighbordbFileRequest): NeighbordbBatch {
  const { value, diagnostics } = readNeighbordb(request)
  return {
    patterns: value?.patterns ?? [],
    diagnostics,
    last: true,
    readable: value !== undefined,
  }
}
