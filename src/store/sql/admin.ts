import { ZtpError } from '../../kernel/errors.ts'
import type { Addition, ChangedEntry, NewEntry, PoolKind } from '../../resource/pool-admin.ts'
import {
  freeKeys,
  freeNode,
  halfWay,
  type Plan,
  planAddition,
  reassign,
} from '../pools/admin-plan.ts'
import type { AdminOutcome } from '../pools/asking-admin.ts'
import type { AdminRequest } from '../pools/messages.ts'
import type { AdminAccess } from './admin-access.ts'
import { addEntries, carryOut } from './admin-change.ts'
import { contentsOf, holdingsOf } from './admin-look.ts'
import { demandTableName, isTableName } from './table-name.ts'

/**
 * Answers what a person asks of the pools of one database.
 *
 * @param now ms since 1970
 * @throws ZtpError
 */
export async function answerAdmin(
  access: AdminAccess,
  kind: PoolKind,
  request: AdminRequest,
  now: number,
): Promise<AdminOutcome> {
  switch (request.kind) {
    case 'list':
      return { kind: 'listed', pools: await list(access, kind) }
    case 'contents': {
      const contents = await access.look(request.pool, now, (table) => contentsOf(table, kind))
      return { kind: 'contents', contents }
    }
    case 'add':
      demandTableName(request.pool, kind === 'postgres')
      return { kind: 'added', addition: await add(access, request, now) }
    case 'free-keys': {
      const { pool, keys, dryRun } = request
      return { kind: 'changed', changed: await change(access, pool, freeKeys(keys), dryRun, now) }
    }
    case 'free-node': {
      const plan = freeNode(request.node)
      const where = { access, kind }
      return { kind: 'changed', changed: await everywhere(where, plan, request.dryRun, now) }
    }
    case 'reassign': {
      const plan = reassign(request.from, request.to)
      const where = { access, kind }
      return { kind: 'changed', changed: await everywhere(where, plan, request.dryRun, now) }
    }
  }
}

/** A database that is not there has no pools; a table that nobody can name is none. */
async function list(access: AdminAccess, kind: PoolKind): Promise<readonly string[]> {
  const tables = await unless('ZTP_MISSING_POOL', () => access.list(), [])
  return tables.filter((name) => isTableName(name, kind === 'postgres'))
}

function change(
  access: AdminAccess,
  name: string,
  plan: Plan,
  dryRun: boolean,
  now: number,
): Promise<readonly ChangedEntry[]> {
  if (!dryRun) return access.change(name, now, (table) => carryOut(table, plan))
  return access.look(name, now, async (table) => plan({ name, table: await holdingsOf(table) }))
}

/** In all pools; a table that only looks like one is left out. */
async function everywhere(
  { access, kind }: { readonly access: AdminAccess; readonly kind: PoolKind },
  plan: Plan,
  dryRun: boolean,
  now: number,
) {
  const planned: (readonly ChangedEntry[])[] = []
  for (const name of await list(access, kind)) {
    const look = () => change(access, name, plan, true, now)
    planned.push(await unless('ZTP_INVALID_POOL', look, []))
  }
  if (dryRun) return planned.flat()
  const changed: ChangedEntry[] = []
  for (const name of planned.flatMap(([first]) => first?.pool ?? [])) {
    try {
      changed.push(...(await change(access, name, plan, false, now)))
    } catch (thrown) {
      throw changed.length === 0 ? thrown : halfWay(thrown, changed)
    }
  }
  return changed
}

type Add = Extract<AdminRequest, { kind: 'add' }>

async function add(access: AdminAccess, { pool, entries, dryRun, fill = false }: Add, now: number) {
  const look = () => access.look(pool, now, holdingsOf)
  const known = await unless('ZTP_MISSING_POOL', look, undefined)
  const { added, filled, ...rest } = planAddition(known, entries, fill)
  const created = known === undefined && rest.conflicts.length === 0
  if (dryRun || rest.conflicts.length > 0) {
    return { added: keysOf([...added, ...filled]), ...rest, created }
  }
  if (created) await access.make(pool)
  const addition: Omit<Addition, 'created'> = await access.change(pool, now, (table) =>
    addEntries(table, entries, fill),
  )
  return { ...addition, created }
}

function keysOf(entries: readonly NewEntry[]): readonly string[] {
  return entries.map((each) => each.key)
}

/** @returns `otherwise` when the work fails with the code */
async function unless<T, U>(
  code: ZtpError['code'],
  work: () => Promise<T>,
  otherwise: U,
): Promise<T | U> {
  try {
    return await work()
  } catch (thrown) {
    if (thrown instanceof ZtpError && thrown.code === code) return otherwise
    throw thrown
  }
}
