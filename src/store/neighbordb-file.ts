import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../kernel/clock.ts'
import type { Diagnostic, Parsed } from '../kernel/diagnostic.ts'
import type { Identifier } from '../node/identity.ts'
import { createWorkerClient, type WorkerClient } from '../thread/worker-client.ts'
import { workerUrl } from '../thread/worker-url.ts'
import { compileNeighbordb, NeighbordbBuilder } from '../topology/compile.ts'
import type { Neighbordb } from '../topology/neighbordb.ts'
import { createLoadedFiles, type LoadedFiles } from './loaded-files.ts'
import type { NeighbordbBatch, NeighbordbRequest } from './neighbordb-worker.ts'
import { type NeighbordbFileRequest, readNeighbordb } from './read-neighbordb.ts'
import type { Look } from './stat-cache.ts'

type Client = WorkerClient<NeighbordbRequest, NeighbordbBatch>

/** Above this a file is parsed in a worker thread: about 500 patterns, some 30 ms. */
const INLINE_BYTES = 64 * 1024
const WORKER = workerUrl(import.meta.url, 'neighbordb-worker')

/**
 * neighbordb, parsed and compiled when it changes. Whoever asks meanwhile waits for the new
 * version; the event loop goes on in between.
 */
export function createNeighbordbFile(options: {
  readonly identifier: Identifier
  readonly clock: Clock
  /** See StatCacheOptions. */
  readonly look?: Look
}): LoadedFiles<Neighbordb> & { close(): Promise<void> } {
  const { identifier, clock, look } = options
  const open = new Set<Client>()

  /** Each parse has its own worker: what it took of memory goes with it. */
  async function readAside(request: NeighbordbFileRequest): Promise<Parsed<Neighbordb>> {
    const client: Client = createWorkerClient({ url: WORKER })
    open.add(client)
    try {
      return await readInBatches(request, client)
    } finally {
      open.delete(client)
      await client.close()
    }
  }

  const files = createLoadedFiles<Neighbordb>({
    read(bytes, file) {
      const request = { bytes, file, identifier }
      return bytes.length <= INLINE_BYTES ? readInline(request) : readAside(request)
    },
    clock,
    look,
    edited: true,
    // A newer version takes the place of the older at once: there is one file.
    maxEntries: 1,
    maxBytes: Number.MAX_SAFE_INTEGER,
  })
  return {
    load: (path) => files.load(path),
    async close() {
      await Promise.all([...open].map((client) => client.close()))
    },
  }
}

function readInline(request: NeighbordbFileRequest): Parsed<Neighbordb> {
  const { value, diagnostics } = readNeighbordb(request)
  if (value === undefined) return { value: undefined, diagnostics }
  return { value: compileNeighbordb(value), diagnostics }
}

async function readInBatches(
  request: NeighbordbFileRequest,
  client: Client,
): Promise<Parsed<Neighbordb>> {
  const builder = new NeighbordbBuilder()
  const diagnostics: Diagnostic[] = []
  for (let next: NeighbordbRequest = { kind: 'parse', ...request }; ; next = { kind: 'next' }) {
    const batch = await client.ask(next)
    builder.add(batch.patterns)
    diagnostics.push(...batch.diagnostics)
    if (batch.last) return { value: batch.readable ? builder.finish() : undefined, diagnostics }
    // An answer that was waiting already would otherwise be taken in before any request.
    await nextTurn()
  }
}
