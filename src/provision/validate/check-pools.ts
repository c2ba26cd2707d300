import type { Diagnostic } from '../../kernel/diagnostic.ts'
import { holderKey } from '../../resource/holder.ts'
import { type PoolEntry, parsePool } from '../../resource/pool-file.ts'
import { type DataFiles, filesBelow } from './data-files.ts'
import { checkPath } from './data-text.ts'
import { aboutFile, type Finding, inFile, warningAt } from './finding.ts'
import { inOrder } from './in-order.ts'
import type { CheckedFile, ValidationReport } from './report.ts'

/** Every pool under resources/, and nothing else. */
export async function validatePools(files: DataFiles): Promise<ValidationReport> {
  return { files: await checkPools(files) }
}

/** Every pool under resources/, in the order of their names. */
export async function checkPools(files: DataFiles): Promise<readonly CheckedFile[]> {
  const checked = await inOrder(await filesBelow(files, 'resources'), (path) =>
    checkPath(files, path, checkPool),
  )
  return checked.filter((each) => each !== undefined)
}

function checkPool(text: string, file: string): readonly Diagnostic[] {
  const { value: entries = [], diagnostics } = parsePool(text, file)
  const found = [...diagnostics, ...inFile(heldTwice(entries), file, text)]
  if (entries.length === 0 || entries.some((each) => each.holder === null)) return found
  const message = `all ${entries.length} entries are held: the next node is refused; add entries, or free some`
  return [...found, aboutFile(file, 'warning', 'ZTP_POOL_EXHAUSTED', message)]
}

function heldTwice(entries: readonly PoolEntry[]): readonly Finding[] {
  const first = new Map<string, PoolEntry>()
  return entries.flatMap((entry) => {
    const { key, holder, place } = entry
    if (holder === null) return []
    const before = first.get(holderKey(holder))
    if (before === undefined) {
      first.set(holderKey(holder), entry)
      return []
    }
    const message = `${holder} holds ${before.key} (line ${before.place.line}) already, and gets that one: null here frees ${key}, and ID/LABEL is how one node holds several`
    return [warningAt(place, 'ZTP_DUPLICATE_HOLDER', message)]
  })
}
