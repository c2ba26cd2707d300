import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The entries of a pool file of plain lines: entry → holder, null when free. */
export async function readPool(
  dataRoot: string,
  pool: string,
): Promise<ReadonlyMap<string, string | null>> {
  const text = await readFile(join(dataRoot, 'resources', pool), 'utf8')
  const entries = [...text.matchAll(/^([^\s#]+): *['"]?([^\s#'"]*)/gm)]
  return new Map(
    entries.map(([, entry = '', holder = '']) => [
      entry,
      ['', 'null', 'None'].includes(holder) ? null : holder,
    ]),
  )
}
