import type { PluginCall } from '../../../definition/plugin-call.ts'
import { pluginFilesFor } from '../../../resource/plugin-files.ts'
import type { PoolKind } from '../../../resource/pool-admin.ts'
import type { Place } from '../../../yaml/document.ts'
import { parseYaml } from '../../../yaml/parse.ts'
import type { PoolName } from '../../pools/pool-name.ts'
import { filesBelow } from '../data-files.ts'
import { inOrder } from '../in-order.ts'
import { type CallMention, readScope } from '../mentions.ts'
import type { Site } from '../site.ts'

/** A pool that a definition, or the attributes of a node, take from. */
export type PoolMention = {
  /** Undefined when a plugin of the operator's own is called, which may look anywhere. */
  readonly kind: PoolKind | undefined
  readonly name: string
  /** Below the data directory. */
  readonly path: string
  readonly place: Place
  /** The call as written. */
  readonly text: string
}

/** The plugins that come with the server, and where each has its pools. */
const PLACES: Readonly<Record<string, PoolKind>> = {
  allocate: 'file',
  sqlite: 'sqlite',
  postgres: 'postgres',
  mysql: 'mysql',
}

/** All that the files of definitions/ take from. */
export async function mentionsOfDefinitions(site: Site): Promise<readonly PoolMention[]> {
  const paths = await filesBelow(site.files, 'definitions')
  return (await inOrder(paths, (path) => mentionsIn(path, site))).flat()
}

/** All that the definitions and attributes in the folders of nodes take from. */
export async function mentionsOfNodes(site: Site): Promise<readonly PoolMention[]> {
  const found = await inOrder(await site.nodes(), async (name) => [
    ...(await mentionsIn(`nodes/${name}/definition`, site)),
    ...(await mentionsIn(`nodes/${name}/attributes`, site)),
  ])
  return found.flat()
}

async function mentionsIn(path: string, site: Site): Promise<readonly PoolMention[]> {
  const read = await site.files.read(path)
  if (read.kind !== 'text') return []
  const calls = path.endsWith('/attributes')
    ? readScope(parseYaml(read.text, '').value).calls
    : callsOfDefinition(read.text, site)
  return inOrder(calls, async ({ call, place }) => {
    const { pool: name, text } = call
    return { kind: await kindOf(call, site), name, path, place, text }
  })
}

function callsOfDefinition(text: string, site: Site): readonly CallMention[] {
  const { global, actions } = site.survey(text)
  return [global, ...actions.map((each) => each.scope)].flatMap((each) => each.calls)
}

async function kindOf({ name }: PluginCall, site: Site): Promise<PoolKind | undefined> {
  const kind = Object.hasOwn(PLACES, name) ? PLACES[name] : undefined
  if (kind === undefined) return undefined
  const names = await site.names('plugins')
  const isReleaseFile = (file: string) => site.isReleaseFile(`plugins/${file}`)
  const { file } = await pluginFilesFor(name, (each) => names.includes(each), isReleaseFile)
  return file === undefined ? kind : undefined
}

/** Whether what is mentioned is, or may be, the pool. */
export function mentions(mention: PoolMention, { kind, name }: PoolName): boolean {
  return mention.name === name && (mention.kind === undefined || mention.kind === kind)
}

/** The pools that nothing takes from. */
export async function unmentioned(
  pools: readonly PoolName[],
  site: Site,
): Promise<ReadonlySet<PoolName>> {
  let left = pools
  // A fleet has many folders, and their definitions are copies: they are read only when need be.
  for (const stage of [mentionsOfDefinitions, mentionsOfNodes]) {
    if (left.length === 0) break
    const found = await stage(site)
    left = left.filter((pool) => !found.some((each) => mentions(each, pool)))
  }
  return new Set(left)
}
