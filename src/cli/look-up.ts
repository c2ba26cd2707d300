import type { Settings } from '../config/options.ts'
import { parseDefinition } from '../definition/parse.ts'
import { type Diagnostic, hasErrors } from '../kernel/diagnostic.ts'
import type { ErrorCode } from '../kernel/errors.ts'
import type { NodeId } from '../node/identity.ts'
import type { NodeReport } from '../node/report.ts'
import { askUntilDecided } from '../provision/decide.ts'
import { explainNode } from '../provision/explain-report.ts'
import { type DataFiles, shownPath } from '../provision/validate/data-files.ts'
import { compileNeighbordb } from '../topology/compile.ts'
import { findPattern } from '../topology/match.ts'
import type { DefiningPattern, Neighbordb } from '../topology/neighbordb.ts'
import { parseNeighbordb } from '../topology/parse.ts'
import type { CliDeps } from './deps.ts'
import { dataRootOf } from './settings.ts'

/** What POST /nodes would make of a node. */
export type NodeMatch = {
  /** Whether the node has a folder of its own, which neighbordb does not change. */
  readonly known: boolean
  readonly pattern?: string
  readonly definition?: string
  /** Why the node would be refused. */
  readonly problem?: Problem
  /** A line for each pattern. */
  explain(): Promise<readonly string[]>
}

type Problem = {
  readonly code: ErrorCode
  readonly message: string
  readonly diagnostics: readonly Diagnostic[]
}

type Reporting = { readonly id: NodeId; readonly report: NodeReport }

/** Asks neighbordb for a node; only reads. */
export async function lookUp(
  { id, report }: Reporting,
  settings: Settings,
  deps: CliDeps,
): Promise<NodeMatch> {
  const { slowRegex } = deps
  const files = await dataRootOf(settings, deps)
  const known = (await files.kindOf(`nodes/${id}`)) === 'folder'
  const read = await readNeighbordb(files, settings)
  if ('code' in read) return { known, problem: read, explain: async () => [read.message] }
  const outcome = await askUntilDecided(slowRegex, (verdicts) =>
    findPattern(read, id, report, verdicts),
  )
  const explain = () => explainNode(read, id, report, slowRegex)
  switch (outcome.kind) {
    case 'unmatched':
      return {
        known,
        problem: problem('ZTP_NO_MATCH', 'no pattern of neighbordb matches'),
        explain,
      }
    case 'invalid': {
      const message = `pattern '${outcome.pattern}' is invalid, and the node reached it`
      const found = problem('ZTP_INVALID_NEIGHBORDB', message, outcome.diagnostics)
      return { known, problem: found, explain }
    }
    case 'matched':
      return { known, ...(await matched(outcome.pattern, files)), explain }
  }
}

async function readNeighbordb(
  files: DataFiles,
  { neighbordbFilename, identifier }: Settings,
): Promise<Neighbordb | Problem> {
  const file = shownPath(files, neighbordbFilename)
  const read = await files.read(neighbordbFilename)
  if (read.kind === 'absent') return problem('ZTP_NO_MATCH', `there is no neighbordb: ${file}`)
  if (read.kind === 'unreadable') {
    return problem('ZTP_INVALID_NEIGHBORDB', `${file} cannot be read: ${read.problem.message}`)
  }
  const { value, diagnostics } = parseNeighbordb(read.text, { file, identifier })
  if (value !== undefined) return compileNeighbordb(value)
  return problem('ZTP_INVALID_NEIGHBORDB', `${file} cannot be read as patterns`, diagnostics)
}

async function matched(
  { name, definition, configHandler }: DefiningPattern,
  files: DataFiles,
): Promise<Pick<NodeMatch, 'pattern' | 'definition' | 'problem'>> {
  const found =
    (await definitionProblem(definition, files)) ?? (await handlerProblem(configHandler, files))
  return { pattern: name, definition, ...(found === undefined ? {} : { problem: found }) }
}

async function definitionProblem(name: string, files: DataFiles): Promise<Problem | undefined> {
  // A leading slash means the folder itself (matching.md, "Files").
  const path = `definitions/${name.replace(/^\//, '')}`
  const file = shownPath(files, path)
  const read = await files.read(path)
  if (read.kind === 'absent') return problem('ZTP_MISSING_DEFINITION', `there is no file ${file}`)
  if (read.kind === 'unreadable') {
    return problem('ZTP_INVALID_DEFINITION', `${file} cannot be read: ${read.problem.message}`)
  }
  const { diagnostics } = parseDefinition(read.text, file)
  if (!hasErrors(diagnostics)) return undefined
  return problem('ZTP_INVALID_DEFINITION', `${file} is no valid definition`, diagnostics)
}

async function handlerProblem(name: string | null, files: DataFiles): Promise<Problem | undefined> {
  const path = `config-handlers/${name}`
  if (name === null || (await files.kindOf(path)) === 'file') return undefined
  return problem('ZTP_MISSING_CONFIG_HANDLER', `there is no file ${shownPath(files, path)}`)
}

function problem(
  code: ErrorCode,
  message: string,
  diagnostics: readonly Diagnostic[] = [],
): Problem {
  return { code, message, diagnostics }
}
