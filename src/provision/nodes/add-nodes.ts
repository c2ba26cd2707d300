import { ZtpError } from '../../kernel/errors.ts'
import type { NodeId } from '../../node/identity.ts'
import type { NewNode } from '../ports.ts'
import { inOrder } from '../validate/in-order.ts'
import type { NodeAdmin, StagedNode } from './ports.ts'
import { type NodeRequest, type PreparePorts, prepareNode } from './prepare-node.ts'

/** A node and the files of the folder it is to get. */
export type ReadyNode = { readonly id: NodeId; readonly content: NewNode }

export type AddNodePorts = PreparePorts & {
  readonly admin: Pick<NodeAdmin, 'ids' | 'look' | 'stage' | 'alone'>
}

/**
 * Makes a node before its switch is there: the whole folder or nothing.
 *
 * @throws ZtpError ZTP_NODE_EXISTS, or what is wrong with the request; nothing is changed then
 */
export async function addNode(
  request: NodeRequest,
  { dryRun }: { readonly dryRun: boolean },
  ports: AddNodePorts,
): Promise<ReadyNode> {
  const { admin } = ports
  const { id } = request
  return admin.alone(async () => {
    const clash = knownIds(await admin.ids()).clash(id)
    if (clash !== undefined) throw new ZtpError('ZTP_NODE_EXISTS', clash)
    if ((await admin.look(id)) !== undefined) throw existing(id)
    const prepared = await prepareNode(request, ports)
    if (prepared.kind === 'problems') {
      const [first] = prepared.problems
      const messages = prepared.problems.map((each) => each.message)
      throw new ZtpError(first?.code ?? 'ZTP_INTERNAL', messages.join('; '))
    }
    const node = { id, content: prepared.content }
    if (!dryRun && (await placeAll([node], admin)).length > 0) throw existing(id)
    return node
  })
}

function existing(id: NodeId): ZtpError {
  const message = `nodes/${id} exists already, and stays as it is; ztps nodes remove ${id} takes it away`
  return new ZtpError('ZTP_NODE_EXISTS', message)
}

/** The ids there are, for a look at each of many. */
export type KnownIds = {
  has(id: NodeId): boolean
  /** Why an id is no new one although it is not among them: it differs from one in case only. */
  clash(id: NodeId): string | undefined
}

export function knownIds(ids: readonly NodeId[]): KnownIds {
  const known = new Set(ids)
  const byCase = new Map(ids.map((id) => [id.toLowerCase(), id]))
  return {
    has: (id) => known.has(id),
    clash(id) {
      const other = known.has(id) ? undefined : byCase.get(id.toLowerCase())
      return other && `'${id}' and nodes/${other} differ in case only: which is it?`
    },
  }
}

/**
 * Makes the folders: all are built aside before the first appears, so that a full disk leaves none;
 * each appears whole. A process that dies in between leaves whole folders, and no others.
 *
 * @returns the nodes whose place was taken meanwhile
 * @throws ZtpError ZTP_STORE_FAILED
 */
export async function placeAll(
  nodes: readonly ReadyNode[],
  admin: Pick<NodeAdmin, 'stage'>,
): Promise<readonly NodeId[]> {
  const staged: StagedNode[] = []
  try {
    await inOrder(nodes, async ({ id, content }) => {
      staged.push(await admin.stage(id, content))
    })
  } catch (thrown) {
    await Promise.all(staged.map((each) => each.discard()))
    throw thrown
  }
  const outcomes = await inOrder(staged, async (each) => ({ each, made: await each.place() }))
  return outcomes.flatMap(({ each, made }) => (made === 'created' ? [] : [each.id]))
}
