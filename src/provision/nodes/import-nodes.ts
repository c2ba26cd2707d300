import { parseAttributes } from '../../definition/parse.ts'
import { type Diagnostic, hasErrors } from '../../kernel/diagnostic.ts'
import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import { toJson } from '../../kernel/json.ts'
import type { NodeId } from '../../node/identity.ts'
import { renderYaml } from '../../yaml/render.ts'
import type { NewNode } from '../ports.ts'
import { inOrder } from '../validate/in-order.ts'
import { type KnownIds, knownIds, placeAll, type ReadyNode } from './add-nodes.ts'
import { diagnosticAt, type ImportFile, type ImportRow, readImportTable } from './import-table.ts'
import type { NodeAdmin, NodeFileName } from './ports.ts'
import { type GivenFile, type NodeRequest, type PreparePorts, prepareNode } from './prepare-node.ts'

export type ImportPorts = PreparePorts & {
  readonly admin: Pick<NodeAdmin, 'ids' | 'read' | 'stage' | 'alone'>
  /** @param path as the table has it @throws ZtpError that names it */
  readFile(path: string): Promise<GivenFile>
}

export type ImportOptions = ImportFile & {
  readonly dryRun: boolean
  /** Leaves nodes that exist as they are, whatever the table says. */
  readonly skipExisting: boolean
}

/**
 * What an import came to. With an error among the diagnostics nothing was changed, unless it is that
 * a node appeared while the folders were made.
 */
export type ImportOutcome = {
  readonly added: readonly ReadyNode[]
  /** Were there already. */
  readonly present: readonly NodeId[]
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Makes a node for each line of a table: all of them, or none when anything is wrong with any.
 *
 * A node that exists with the same content is no error, so that the same table may be imported again:
 * after a crash, or with lines added.
 *
 * @param text the table, CSV
 * @throws ZtpError ZTP_STORE_FAILED
 */
export async function importNodes(
  text: string,
  options: ImportOptions,
  ports: ImportPorts,
): Promise<ImportOutcome> {
  const { rows, diagnostics } = readImportTable(text, options)
  return ports.admin.alone(async () => {
    const ids = knownIds(await ports.admin.ids())
    const judged = await inOrder(rows, (row) => judge(row, ids, options, ports))
    const found = [
      ...diagnostics,
      ...repeated(rows, options.file),
      ...judged.flatMap((each) => each.diagnostics),
    ]
    const present = judged.flatMap((each) => each.present ?? [])
    if (hasErrors(found)) return { added: [], present, diagnostics: found.sort(byLine) }
    const added = judged.flatMap((each) => each.node ?? [])
    const taken = new Set(options.dryRun ? [] : await placeAll(added, ports.admin))
    return {
      added: added.filter(({ id }) => !taken.has(id)),
      present,
      diagnostics: rows
        .filter(({ id }) => taken.has(id))
        .map((row) => takenMeanwhile(row, options)),
    }
  })
}

function byLine(one: Diagnostic, other: Diagnostic): number {
  return one.line - other.line
}

function takenMeanwhile({ id, line }: ImportRow, { file }: ImportFile): Diagnostic {
  const message = `nodes/${id} appeared meanwhile, and stays as it is`
  return diagnosticAt({ file, line }, 'ZTP_NODE_EXISTS', message)
}

/** Lines for a node that an earlier line is for, or that differs from it in case only. */
function repeated(rows: readonly ImportRow[], file: string): readonly Diagnostic[] {
  const first = new Map<string, ImportRow>()
  return rows.flatMap((row) => {
    const { id, line } = row
    const before = first.get(id.toLowerCase())
    if (before === undefined) {
      first.set(id.toLowerCase(), row)
      return []
    }
    const how = before.id === id ? 'is there in' : `differs in case only from ${before.id} of`
    return [diagnosticAt({ file, line }, 'ZTP_INVALID_TABLE', `${id} ${how} line ${before.line}`)]
  })
}

type Judged = {
  readonly node?: ReadyNode
  readonly present?: NodeId
  readonly diagnostics: readonly Diagnostic[]
}

async function judge(
  row: ImportRow,
  ids: KnownIds,
  { file, skipExisting }: ImportOptions,
  ports: ImportPorts,
): Promise<Judged> {
  const { id, line } = row
  const place = { file, line }
  const exists = ids.has(id)
  if (exists && skipExisting) return { present: id, diagnostics: [] }
  try {
    const clash = ids.clash(id)
    if (clash !== undefined) throw new ZtpError('ZTP_NODE_EXISTS', clash)
    const prepared = await prepareNode(await requestOf(row, ports), ports)
    if (prepared.kind === 'problems') {
      const { problems } = prepared
      const found = problems.map(({ code, message }) => diagnosticAt(place, code, message))
      return { diagnostics: found }
    }
    const { content } = prepared
    if (!exists) return { node: { id, content }, diagnostics: [] }
    const differing = await differences(id, content, ports.admin)
    if (differing.length === 0) return { present: id, diagnostics: [] }
    const message = `nodes/${id} exists with another ${differing.join(' and ')}; --skip-existing leaves such nodes as they are`
    throw new ZtpError('ZTP_NODE_EXISTS', message)
  } catch (thrown) {
    if (!(thrown instanceof ZtpError)) throw thrown
    return { diagnostics: [diagnosticAt(place, thrown.code, reasonOf(thrown))] }
  }
}

async function requestOf(row: ImportRow, ports: ImportPorts): Promise<NodeRequest> {
  const { id, cells, attributes } = row
  const [startupConfig, pattern] = await Promise.all(
    [cells.startup_config, cells.pattern].map((path) =>
      path === undefined ? undefined : ports.readFile(path),
    ),
  )
  return {
    id,
    definition: cells.definition,
    model: cells.model,
    configHandler: cells.config_handler,
    startupConfig,
    pattern,
    attributes:
      attributes.size === 0
        ? undefined
        : { path: 'the attributes', bytes: Buffer.from(renderYaml(attributes)) },
  }
}

/**
 * Which files of a node are not what the table asks for. A startup-config is compared only when the
 * table gives one: every switch sends its own sooner or later.
 */
async function differences(
  id: NodeId,
  content: NewNode,
  admin: Pick<NodeAdmin, 'read'>,
): Promise<readonly string[]> {
  const { definition, pattern, attributes, startupConfig, configHandler } = content
  const wanted: readonly (readonly [NodeFileName, Uint8Array | undefined])[] = [
    ['definition', definition],
    ['pattern', pattern === undefined ? undefined : Buffer.from(pattern)],
    ['attributes', attributes],
    ['startup-config', startupConfig],
    ['config-handler', configHandler],
  ]
  const compared = await Promise.all(
    wanted.map(async ([name, want]) => {
      if (name === 'startup-config' && want === undefined) return []
      const have = await admin.read(id, name)
      return isSame(name, have, want) ? [] : [name]
    }),
  )
  return compared.flat()
}

function isSame(
  name: NodeFileName,
  have: Uint8Array | undefined,
  want: Uint8Array | undefined,
): boolean {
  if (have === undefined || want === undefined) return have === want
  if (Buffer.compare(have, want) === 0) return true
  if (name !== 'attributes') return false
  const [mine, theirs] = [have, want].map(sortedAttributes)
  return mine !== undefined && mine === theirs
}

/** The values of an attributes file as text, whatever their order; undefined when it is broken. */
function sortedAttributes(bytes: Uint8Array): string | undefined {
  const { value } = parseAttributes(Buffer.from(bytes).toString('utf8'), 'attributes')
  return value && toJson(new Map([...value].sort()))
}
