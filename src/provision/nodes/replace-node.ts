import { ZtpError } from '../../kernel/errors.ts'
import type { NodeId } from '../../node/identity.ts'
import type { PoolAdmin } from '../../resource/pool-admin.ts'
import { type Holding, heldIn } from './holdings.ts'
import { unknownNode } from './known-node.ts'
import type { NodeAdmin, NodePlace } from './ports.ts'

export type ReplaceOptions = {
  readonly dryRun: boolean
  /** Whether the new node's own definition and startup-config may go into the archive. */
  readonly force: boolean
}

/** What a replacement came to, or would. */
export type Replacement = {
  /** `finished`: it was done before, but for what a process that died had left. */
  readonly kind: 'done' | 'finished'
  readonly from: NodeId
  readonly to: NodeId
  /** The files that changed hands. */
  readonly files: readonly string[]
  /** How many replaced startup-configs did. */
  readonly versions: number
  /** The pool entries that did. */
  readonly entries: readonly Holding[]
  /** What the new node held in the same pools under the same labels, and was freed. */
  readonly freed: readonly Holding[]
  /** The folders in the archive: of the old node, and of the new one if it had anything of its own. */
  readonly archives: readonly string[]
}

export type ReplacePorts = {
  readonly admin: NodeAdmin
  readonly pools: readonly PoolAdmin[]
}

/**
 * Gives the place of one node to another: folder, versions and pool entries (provisioning.md,
 * "Replacement"). Of the old node only the report stays behind, in the archive.
 *
 * The steps, in this order, so that a process that dies after any of them leaves exactly one of the
 * two configured, and the same command run again does the rest:
 *
 * 1. The old folder is copied into the archive; the new one too, if it has anything of its own.
 * 2. Pool entries: what the new node holds where the old one holds something is freed, then the old
 *    one's change hands. Before the folder does, or the new node could be given others meanwhile.
 * 3. The versions of the startup-config are copied.
 * 4. The folder is renamed. Up to here the old node is configured, from here on the new one.
 * 5. The old node's versions go.
 *
 * @throws ZtpError ZTP_UNKNOWN_NODE, ZTP_NODE_NOT_CONFIGURED, ZTP_NODE_EXISTS when the new node is
 *   configured and may not be overwritten, what a place of pools says, ZTP_STORE_FAILED
 */
export async function replaceNode(
  from: NodeId,
  to: NodeId,
  options: ReplaceOptions,
  ports: ReplacePorts,
): Promise<Replacement> {
  if (from === to) throw new ZtpError('ZTP_USAGE', `${from} cannot take its own place`)
  return ports.admin.alone(async () => {
    const old = await ports.admin.look(from)
    if (old === undefined) return finish(from, to, options, ports)
    const plan = await planFor(from, to, old, options, ports)
    return options.dryRun ? plan.would : carryOut(plan, options, ports)
  })
}

type Plan = { readonly would: Replacement; readonly archiveHeir: boolean }

async function planFor(
  from: NodeId,
  to: NodeId,
  old: NodePlace,
  { force }: ReplaceOptions,
  { admin, pools }: ReplacePorts,
): Promise<Plan> {
  if (!isConfigured(old)) {
    const message = `nodes/${from} has neither definition nor startup-config: there is nothing to take over`
    throw new ZtpError('ZTP_NODE_NOT_CONFIGURED', message)
  }
  const own = ownOf(await admin.look(to), from, old)
  if (own !== undefined && isConfigured(own) && !force) throw occupied(to)
  const [entries, freed] = await entriesOf(from, to, pools)
  const versions = await admin.versions(from)
  const names = old.files.map((each) => each.name).filter((name) => name !== '.node')
  return {
    would: {
      kind: 'done',
      from,
      to,
      files: names,
      versions: versions.length,
      entries,
      freed,
      archives: [],
    },
    archiveHeir: await hasOwn(from, to, own, admin),
  }
}

function isConfigured({ files }: NodePlace): boolean {
  return files.some(({ name }) => name === 'definition' || name === 'startup-config')
}

/**
 * What the heir has of its own: nodes/NEW as a link to nodes/OLD, by which the same was done before
 * this command existed, is nothing.
 */
function ownOf(heir: NodePlace | undefined, from: NodeId, old: NodePlace): NodePlace | undefined {
  const lead = heir?.leadsTo
  return lead !== undefined && (lead === from || lead === old.leadsTo) ? undefined : heir
}

function occupied(to: NodeId): ZtpError {
  const message = `nodes/${to} has a definition or startup-config of its own; --force archives it and goes on`
  return new ZtpError('ZTP_NODE_EXISTS', message)
}

/** The new node posted, and neighbordb had a pattern for it, after it was looked at. */
function overtaken({ from, to }: Replacement): ZtpError {
  const message = `nodes/${to} became a node of its own at this moment: run it again with --force, since the pool entries of ${from} are those of ${to} already`
  return new ZtpError('ZTP_NODE_EXISTS', message)
}

/** Whether the new node has more than a report: files or versions that are not the old one's. */
async function hasOwn(
  from: NodeId,
  to: NodeId,
  own: NodePlace | undefined,
  admin: NodeAdmin,
): Promise<boolean> {
  if (own?.files.some(({ name }) => name !== '.node')) return true
  const [theirs, mine] = await Promise.all([admin.versions(from), admin.versions(to)])
  const known = new Set(theirs.map((each) => `${each.replaced} ${each.sha256}`))
  return mine.some((each) => !known.has(`${each.replaced} ${each.sha256}`))
}

/** What changes hands, and what the new node holds in the way of it. Only looks. */
async function entriesOf(
  from: NodeId,
  to: NodeId,
  pools: readonly PoolAdmin[],
): Promise<readonly [readonly Holding[], readonly Holding[]]> {
  const places = await Promise.all(
    pools.map(async (place) => {
      const entries = await heldIn(from, place)
      const slots = new Set(entries.map(slotOf))
      const held = await heldIn(to, place)
      return { entries, freed: held.filter((each) => slots.has(slotOf(each))) }
    }),
  )
  return [places.flatMap((each) => each.entries), places.flatMap((each) => each.freed)]
}

function slotOf({ pool, label }: Holding): string {
  return JSON.stringify([pool, label])
}

async function carryOut(
  { would, archiveHeir }: Plan,
  { force }: ReplaceOptions,
  { admin, pools }: ReplacePorts,
): Promise<Replacement> {
  const { from, to } = would
  const archives = [await admin.archive(from, { kind: 'replaced', by: to })]
  if (archiveHeir) archives.push(await admin.archive(to, { kind: 'overwritten' }))
  await reassign(would, pools)
  await admin.copyVersions(from, to)
  if ((await admin.handOver(from, to, { overwrite: force })) === 'occupied') throw overtaken(would)
  await admin.forgetVersions(from)
  return { ...would, archives }
}

async function reassign(
  { from, to, freed }: Replacement,
  pools: readonly PoolAdmin[],
): Promise<void> {
  for (const place of pools) {
    const inTheWay = freed.filter((each) => each.kind === place.kind)
    for (const { pool, entry } of inTheWay) await place.free(pool, [entry], { dryRun: false })
    await place.reassign(from, to, { dryRun: false })
  }
}

/** The old node is gone: was it replaced, and is anything left to do? */
async function finish(
  from: NodeId,
  to: NodeId,
  { dryRun }: ReplaceOptions,
  { admin, pools }: ReplacePorts,
): Promise<Replacement> {
  const archived = await admin.archived(from)
  const reason = archived?.reason
  const isHeir = reason?.kind === 'replaced' && reason.by === to
  if (archived === undefined || !isHeir || (await admin.look(to)) === undefined) {
    throw await unknownNode(from, admin)
  }
  if (!dryRun) await admin.forgetVersions(from)
  const [entries] = await entriesOf(from, to, pools)
  if (!dryRun) for (const place of pools) await place.reassign(from, to, { dryRun })
  const files: readonly string[] = []
  return {
    kind: 'finished',
    from,
    to,
    files,
    versions: 0,
    entries,
    freed: [],
    archives: [archived.folder],
  }
}
