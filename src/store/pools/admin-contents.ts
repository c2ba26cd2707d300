import { formatDiagnostic } from '../../kernel/diagnostic.ts'
import { holderKey } from '../../resource/holder.ts'
import type { PoolContents, PoolEntryStatus } from '../../resource/pool-admin.ts'
import { parsePool } from '../../resource/pool-file.ts'
import { rangeSizes } from '../../resource/range-size.ts'
import type { AdminCall } from './admin-call.ts'
import type { LedgerRow } from './ledger-row.ts'

/** Who has what of a pool, as it would be served; nothing is changed. */
export function contentsOf(name: string, { writer, ledger, now }: AdminCall): PoolContents {
  const { place, pool } = writer.look(name, now)
  const rows = new Map<string, LedgerRow>()
  ledger.visitRows(place.target, (row) => rows.set(row.key, row))
  const all = [...pool.table.entries()]
  const sizes = rangeSizes(all)
  const entries = all.map(({ key, holder }) => {
    const size = sizes.get(key) ?? 1
    return { key, size, holder, ...statusOf(holder, rows.get(key)) }
  })
  const text = Buffer.concat([...pool.table.content()]).toString('utf8')
  const warnings = parsePool(text, place.path).diagnostics.map(formatDiagnostic)
  return { kind: 'file', name, entries, warnings }
}

function statusOf(
  holder: string | null,
  row: LedgerRow | undefined,
): Pick<PoolEntryStatus, 'state' | 'since'> {
  if (holder === null) return { state: 'free' }
  if (row === undefined || holderKey(row.holder) !== holderKey(holder)) return { state: 'held' }
  return { state: row.state, ...(row.givenAt === undefined ? {} : { since: row.givenAt }) }
}
