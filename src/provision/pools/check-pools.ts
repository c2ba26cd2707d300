import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import { filesBelow } from '../validate/data-files.ts'
import { aboutFile } from '../validate/finding.ts'
import { checkAcross } from '../validate/pools/check-across.ts'
import { knownNodes } from '../validate/pools/check-holders.ts'
import { checkUse } from '../validate/pools/check-use.ts'
import {
  type CheckedPool,
  checkPoolFile,
  checkPoolTable,
  type PoolRules,
  withFound,
} from '../validate/pools/checked-pool.ts'
import { type CheckedFile, checkedFile, type ValidationReport } from '../validate/report.ts'
import type { Site } from '../validate/site.ts'
import { poolNames } from './list-pools.ts'
import { missingPools } from './missing-pools.ts'
import { contentsOf, type PoolName, placeLabel, poolLabel } from './pool-name.ts'
import { takenBack } from './taken-back.ts'
import type { SoonRule } from './usage.ts'

/** Where pools are, and what they are judged by. */
export type PoolWorld = {
  readonly site: Site
  /** Of the places that are configured. */
  readonly admins: readonly PoolAdmin[]
  readonly soon: SoonRule
}

export type PoolsCheck = {
  /** What could not be read is an error of it, too. */
  readonly report: ValidationReport
  /** How many pools were looked at. */
  readonly pools: number
}

/** All that can be wrong with the pools of every place, with their holders and with their use. */
export async function checkEveryPool(world: PoolWorld): Promise<PoolsCheck> {
  const { site, admins } = world
  const places = await Promise.all(admins.map((admin) => namesIn(admin, site)))
  const names = places.flatMap((each) => each.names)
  const down = places.flatMap(({ failure }) => failure ?? [])
  const answering = admins.filter((_, at) => places[at]?.failure === undefined)
  const kinds = { answering: answering.map(kindOf), configured: admins.map(kindOf) }
  const missing = await missingPools(names, kinds, site)
  const { report, pools } = await checkThesePools(names, world)
  return { report: { files: [...missing, ...down, ...report.files] }, pools }
}

/** The same for some pools only: what they have in common with others is not looked for. */
export async function checkThesePools(
  names: readonly PoolName[],
  world: PoolWorld,
): Promise<PoolsCheck> {
  const rules = { nodes: knownNodes(await world.site.nodes()), soon: world.soon }
  const pools: CheckedPool[] = []
  const failures: CheckedFile[] = []
  // One after the other: each may have a million entries.
  for (const name of names) {
    try {
      pools.push(await checkOne(name, rules, world))
    } catch (thrown) {
      failures.push(failure(poolLabel(name), thrown))
    }
  }
  const checked = await checkUse(checkAcross(pools), world.site)
  const files = [...failures, ...checked.map((each) => each.checked)]
  return { report: { files }, pools: names.length }
}

function failure(label: string, thrown: unknown): CheckedFile {
  const code = thrown instanceof ZtpError ? thrown.code : 'ZTP_INTERNAL'
  return checkedFile(label, [aboutFile(label, 'error', code, reasonOf(thrown))])
}

function kindOf({ kind }: PoolAdmin): PoolName['kind'] {
  return kind
}

type Names = { readonly names: readonly PoolName[]; readonly failure?: CheckedFile }

async function namesIn(admin: PoolAdmin, site: Site): Promise<Names> {
  const { kind } = admin
  try {
    const names = kind === 'file' ? await fileNames(site) : await poolNames(admin)
    return { names: names.map((name) => ({ kind, name })) }
  } catch (thrown) {
    return { names: [], failure: failure(placeLabel(kind), thrown) }
  }
}

async function fileNames({ files }: Site): Promise<readonly string[]> {
  const paths = await filesBelow(files, 'resources')
  return paths.map((path) => path.slice('resources/'.length))
}

async function checkOne(
  pool: PoolName,
  rules: PoolRules,
  { site, admins }: PoolWorld,
): Promise<CheckedPool> {
  if (pool.kind !== 'file') return checkPoolTable(await contentsOf(admins, pool), rules)
  const path = `resources/${pool.name}`
  const checked = await checkPoolFile(site.files, path, rules)
  // Of a pool that is missing the place itself tells best.
  if (checked === undefined) return checkPoolTable(await contentsOf(admins, pool), rules)
  if (checked.items.length === 0) return checked
  return withFound(checked, await takenBack(checked, { site, admins }))
}
