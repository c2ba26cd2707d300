// The product as it was built: dist's code, with dist's types. From bench/out/bench it is three folders up.

async function built<T>(path: string): Promise<T> {
  return import(new URL(`../../../dist/${path}`, import.meta.url).href)
}

export const { parseNeighbordb } =
  await built<typeof import('../dist/topology/parse.js')>('topology/parse.js')
export const { compileNeighbordb } =
  await built<typeof import('../dist/topology/compile.js')>('topology/compile.js')
export const { findPattern } =
  await built<typeof import('../dist/topology/match.js')>('topology/match.js')
export const { NO_VERDICTS } =
  await built<typeof import('../dist/topology/neighbordb.js')>('topology/neighbordb.js')
export const { parseReport } =
  await built<typeof import('../dist/node/report.js')>('node/report.js')
export const { nodeIdFor } =
  await built<typeof import('../dist/node/identity.js')>('node/identity.js')
export const { runFleet } =
  await built<typeof import('../dist/simulate/fleet.js')>('simulate/fleet.js')
export const { createHttpClient } =
  await built<typeof import('../dist/simulate/http-client.js')>('simulate/http-client.js')
export const { checkAllocations } =
  await built<typeof import('../dist/simulate/duplicates.js')>('simulate/duplicates.js')
