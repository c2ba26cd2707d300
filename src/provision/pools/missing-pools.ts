import { didYouMean } from '../../config/nearest.ts'
import type { Diagnostic } from '../../kernel/diagnostic.ts'
import type { PoolKind } from '../../resource/pool-admin.ts'
import { shownPath } from '../validate/data-files.ts'
import { errorAt, inFile } from '../validate/finding.ts'
import { inOrder } from '../validate/in-order.ts'
import {
  mentions,
  mentionsOfDefinitions,
  mentionsOfNodes,
  type PoolMention,
} from '../validate/pools/pool-mentions.ts'
import { type CheckedFile, checkedFile } from '../validate/report.ts'
import type { Site } from '../validate/site.ts'
import { type PoolName, poolLabel, SETTING } from './pool-name.ts'

/** Which places there are; one that is configured and does not answer may have any pool. */
type Kinds = {
  readonly configured: readonly PoolKind[]
  readonly answering: readonly PoolKind[]
}

/**
 * Pools that definitions or nodes take from, and that are not there: each named once, where it is
 * mentioned first.
 *
 * @param pools all that there are
 */
export async function missingPools(
  pools: readonly PoolName[],
  kinds: Kinds,
  site: Site,
): Promise<readonly CheckedFile[]> {
  const all = [...(await mentionsOfDefinitions(site)), ...(await mentionsOfNodes(site))]
  const missing = new Map<string, { readonly first: PoolMention; readonly paths: Set<string> }>()
  for (const mention of all) {
    const pool = missingPool(mention, pools, kinds)
    if (pool === undefined) continue
    const label = poolLabel(pool)
    const known = missing.get(label)
    if (known === undefined) missing.set(label, { first: mention, paths: new Set([mention.path]) })
    else known.paths.add(mention.path)
  }
  const found = await inOrder([...missing], async ([label, { first, paths }]) => {
    const why = reasonFor(label, first, pools, kinds)
    const others = paths.size - 1
    const also =
      others === 0 ? '' : ` (so ${others === 1 ? 'does 1 more file' : `do ${others} more files`})`
    return located(first, `${first.text} takes from a pool that is not there${also}${why}`, site)
  })
  return grouped(found)
}

function missingPool(
  mention: PoolMention,
  pools: readonly PoolName[],
  { configured, answering }: Kinds,
): PoolName | undefined {
  const { kind, name } = mention
  if (kind === undefined || pools.some((pool) => mentions(mention, pool))) return undefined
  const isDown = configured.includes(kind) && !answering.includes(kind)
  return isDown ? undefined : { kind, name }
}

function reasonFor(
  label: string,
  { kind = 'file' }: PoolMention,
  pools: readonly PoolName[],
  { configured }: Kinds,
): string {
  if (!configured.includes(kind)) return `: ${SETTING[kind]} is not set`
  return didYouMean(label, pools.map(poolLabel)) || `: \`ztps pools add ${label} RANGE\` makes it`
}

async function located(
  { path, place }: PoolMention,
  message: string,
  { files }: Site,
): Promise<readonly Diagnostic[]> {
  const read = await files.read(path)
  const text = read.kind === 'text' ? read.text : ''
  return inFile([errorAt(place, 'ZTP_MISSING_POOL', message)], shownPath(files, path), text)
}

function grouped(found: readonly (readonly Diagnostic[])[]): readonly CheckedFile[] {
  const files = new Map<string, Diagnostic[]>()
  for (const each of found.flat()) {
    const known = files.get(each.file)
    if (known === undefined) files.set(each.file, [each])
    else known.push(each)
  }
  return [...files].map(([file, diagnostics]) => checkedFile(file, diagnostics))
}
