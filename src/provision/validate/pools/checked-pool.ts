import type { Diagnostic } from '../../../kernel/diagnostic.ts'
import type { PoolContents } from '../../../resource/pool-admin.ts'
import { parsePool } from '../../../resource/pool-file.ts'
import { type PoolName, poolLabel } from '../../pools/pool-name.ts'
import type { SoonRule } from '../../pools/usage.ts'
import { type DataFiles, shownPath } from '../data-files.ts'
import { checkText } from '../data-text.ts'
import { aboutFile, type Finding, inFile } from '../finding.ts'
import { type CheckedFile, checkedFile } from '../report.ts'
import { checkAddresses } from './check-addresses.ts'
import { checkHolders, type KnownNodes } from './check-holders.ts'
import { checkKeys } from './check-keys.ts'
import { checkRoom } from './check-room.ts'
import { type PoolItem, poolItem } from './pool-item.ts'

/** A pool, and all that was found in it by itself. */
export type CheckedPool = {
  readonly pool: PoolName
  readonly items: readonly PoolItem[]
  readonly checked: CheckedFile
  /** Findings as diagnostics of this pool. */
  locate(findings: readonly Finding[]): readonly Diagnostic[]
}

/** What pools are judged by. */
export type PoolRules = { readonly nodes: KnownNodes; readonly soon: SoonRule }

/**
 * Checks a pool file.
 *
 * @param path below the data directory: `resources/NAME`
 * @returns undefined when there is no such file
 */
export async function checkPoolFile(
  files: DataFiles,
  path: string,
  rules: PoolRules,
): Promise<CheckedPool | undefined> {
  const file = shownPath(files, path)
  const read = await files.read(path)
  const pool: PoolName = { kind: 'file', name: path.replace(/^resources\//, '') }
  const text = read.kind === 'text' ? read.text : ''
  const { value = [], diagnostics } = parsePool(text, file)
  const items = value.map(poolItem)
  const locate = (findings: readonly Finding[]) => inFile(findings, file, text)
  const checked = await checkText(file, read, () => [
    ...diagnostics,
    ...locate(checkItems(items, rules)),
    ...room(file, items, rules),
  ])
  return checked && { pool, items, checked, locate }
}

/** Checks the pool of a database. */
export function checkPoolTable(
  { kind, name, entries, warnings }: PoolContents,
  rules: PoolRules,
): CheckedPool {
  const pool: PoolName = { kind, name }
  const file = poolLabel(pool)
  const items = entries.map(({ key, holder, size }) => poolItem({ key, holder, size }))
  const locate = (findings: readonly Finding[]) =>
    findings.map(({ severity, code, message }) => aboutFile(file, severity, code, message))
  const checked = checkedFile(file, [
    ...warnings.map((each) => aboutFile(file, 'warning', 'ZTP_INVALID_POOL', each)),
    ...room(file, items, rules),
    ...locate(checkItems(items, rules)),
  ])
  return { pool, items, checked, locate }
}

function checkItems(items: readonly PoolItem[], { nodes }: PoolRules): readonly Finding[] {
  return [...checkKeys(items), ...checkAddresses(items), ...checkHolders(items, nodes)]
}

function room(
  file: string,
  items: readonly PoolItem[],
  { soon }: PoolRules,
): readonly Diagnostic[] {
  return checkRoom(items, soon).map(({ code, message }) =>
    aboutFile(file, 'warning', code, message),
  )
}

/** The same pool with more that was found. */
export function withFound(pool: CheckedPool, more: readonly Diagnostic[]): CheckedPool {
  if (more.length === 0) return pool
  const { file, diagnostics } = pool.checked
  return { ...pool, checked: checkedFile(file, [...diagnostics, ...more]) }
}
