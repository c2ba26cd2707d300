import { didYouMean } from '../../config/nearest.ts'
import { parseAttributes } from '../../definition/parse.ts'
import {
  type Diagnostic,
  formatDiagnostic,
  hasErrors,
  type Loaded,
  type Parsed,
} from '../../kernel/diagnostic.ts'
import type { ErrorCode } from '../../kernel/errors.ts'
import type { Value } from '../../kernel/value.ts'
import type { Identifier, NodeId } from '../../node/identity.ts'
import { parsePatternSource } from '../../topology/parse.ts'
import { renderYaml } from '../../yaml/render.ts'
import { decodeUtf8 } from '../../yaml/utf8.ts'
import type { Library, NewNode } from '../ports.ts'

/** A file that the operator gives. */
export type GivenFile = {
  /** As the operator named it. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** A node that an operator wants to be there before the switch is. */
export type NodeRequest = {
  readonly id: NodeId
  /** Under definitions/. */
  readonly definition?: string | undefined
  readonly startupConfig?: GivenFile | undefined
  readonly attributes?: GivenFile | undefined
  /** Whom the switch must see; without it, nobody. */
  readonly pattern?: GivenFile | undefined
  /** What the pattern made without a file demands of the switch, as in neighbordb. */
  readonly model?: string | undefined
  /** In config-handlers/. */
  readonly configHandler?: string | undefined
}

export type PreparePorts = {
  readonly library: Pick<Library, 'definition' | 'configHandler'>
  readonly identifier: Identifier
  /** The names of all definitions, for the one that was probably meant. */
  definitionNames(): Promise<readonly string[]>
}

/** Something that keeps a node from being made. */
export type NodeProblem = { readonly code: ErrorCode; readonly message: string }

export type PreparedNode =
  | { readonly kind: 'ready'; readonly content: NewNode }
  | { readonly kind: 'problems'; readonly problems: readonly NodeProblem[] }

/**
 * The files of the node's folder, each checked as it will be read. All problems are found.
 *
 * There is always a `pattern`: without one, topology validation refuses the node. The one made here
 * has no constraint on neighbours.
 */
export async function prepareNode(
  request: NodeRequest,
  ports: PreparePorts,
): Promise<PreparedNode> {
  const { startupConfig, attributes } = request
  const [definition, configHandler] = await Promise.all([
    definitionOf(request, ports),
    handlerOf(request, ports),
  ])
  const pattern = patternOf(request, ports)
  const problems = [
    ...definition.problems,
    ...configHandler.problems,
    ...pattern.problems,
    ...(startupConfig?.bytes.length === 0 ? [emptyConfig(startupConfig)] : []),
    ...(attributes === undefined ? [] : problemsIn(attributes, parseAttributes)),
  ]
  if (problems.length > 0) return { kind: 'problems', problems }
  const content: NewNode = {
    pattern: pattern.text,
    ...(definition.bytes && { definition: definition.bytes }),
    ...(configHandler.bytes && { configHandler: configHandler.bytes }),
    ...(startupConfig && { startupConfig: startupConfig.bytes }),
    ...(attributes && { attributes: attributes.bytes }),
  }
  return { kind: 'ready', content }
}

type Found = { readonly bytes?: Uint8Array; readonly problems: readonly NodeProblem[] }

async function definitionOf(
  { definition: name, startupConfig }: NodeRequest,
  { library, definitionNames }: PreparePorts,
): Promise<Found> {
  if (name === undefined) return { problems: startupConfig === undefined ? [NOTHING_TO_DO] : [] }
  const loaded = await library.definition(name)
  if (loaded.kind === 'loaded') return { bytes: loaded.value.bytes, problems: [] }
  if (loaded.kind === 'absent') {
    const meant = didYouMean(name, await definitionNames())
    const message = `there is no definition '${name}' in definitions/${meant}`
    return { problems: [{ code: 'ZTP_MISSING_DEFINITION', message }] }
  }
  const message = `the definition '${name}' cannot be used: ${reasons(loaded)}`
  return { problems: [{ code: 'ZTP_INVALID_DEFINITION', message }] }
}

const NOTHING_TO_DO: NodeProblem = {
  code: 'ZTP_NODE_NOT_CONFIGURED',
  message: 'a node needs a definition, a startup-config, or both',
}

async function handlerOf(
  { configHandler: name }: NodeRequest,
  { library }: PreparePorts,
): Promise<Found> {
  if (name === undefined) return { problems: [] }
  const bytes = await library.configHandler(name)
  if (bytes !== undefined) return { bytes, problems: [] }
  const message = `there is no program '${name}' in config-handlers/`
  return { problems: [{ code: 'ZTP_MISSING_CONFIG_HANDLER', message }] }
}

function patternOf(
  { pattern, model }: NodeRequest,
  { identifier }: PreparePorts,
): { readonly text: string; readonly problems: readonly NodeProblem[] } {
  const given = pattern ?? { path: 'the pattern', bytes: Buffer.from(openPattern(model)) }
  const text = Buffer.from(given.bytes).toString('utf8')
  const parse = (content: string, file: string) => parsePatternSource(content, { file, identifier })
  const problems = problemsIn(given, parse)
  if (pattern === undefined || model === undefined) return { text, problems }
  const message = `a model goes into the pattern that is made without a file: write it into ${pattern.path}`
  return { text, problems: [...problems, { code: 'ZTP_USAGE', message }] }
}

/** The pattern of a node that was prepared: satisfied whomever the switch sees, even nobody. */
function openPattern(model: string | undefined): string {
  const fields: (readonly [string, Value])[] = [
    ['name', 'open'],
    ...(model === undefined ? [] : [['model', model] as const]),
    ['interfaces', []],
  ]
  return renderYaml(new Map(fields))
}

function emptyConfig({ path }: GivenFile): NodeProblem {
  return { code: 'ZTP_BAD_REQUEST', message: `the startup-config ${path} is empty` }
}

function problemsIn(
  { path, bytes }: GivenFile,
  parse: (text: string, file: string) => Parsed<unknown>,
): readonly NodeProblem[] {
  const decoded = decodeUtf8(bytes, path)
  const { diagnostics } = decoded.value === undefined ? decoded : parse(decoded.value, path)
  if (!hasErrors(diagnostics)) return []
  return diagnostics.filter((each) => each.severity === 'error').map(problemOf)
}

function problemOf(found: Diagnostic): NodeProblem {
  return { code: 'ZTP_INVALID_DEFINITION', message: formatDiagnostic(found) }
}

function reasons(loaded: Exclude<Loaded<unknown>, { kind: 'loaded' | 'absent' }>): string {
  return loaded.diagnostics.map(formatDiagnostic).join('; ')
}
