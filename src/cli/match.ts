import type { Settings } from '../config/options.ts'
import { ZtpError } from '../kernel/errors.ts'
import { escapeControls } from '../kernel/escape-controls.ts'
import { identify } from '../provision/identify.ts'
import { type CliCall, type CliCommand, JSON_OPTION, jsonText } from './command.ts'
import { lookUp, type NodeMatch } from './look-up.ts'
import { diagnosticLines } from './report-text.ts'
import { settingsOf } from './settings.ts'

/** `ztps match NODE.json`: which definition a node would get, and why. Only reads. */
async function match(call: CliCall): Promise<number> {
  const { words, options, flags, io, deps } = call
  const settings = await settingsOf(flags, io, deps)
  if (settings === undefined) return 1
  const [path = '-'] = words
  const node = readNode(path, await deps.readText(path), settings)
  const found = await lookUp(node, settings, deps)
  const explanation = options.has('explain') ? await found.explain() : undefined
  io.stdout.write(
    options.has('json')
      ? renderJson(node.id, found, explanation)
      : renderText(node.id, found, explanation),
  )
  return found.problem === undefined ? 0 : 1
}

function readNode(path: string, text: string, settings: Settings) {
  const { identifier, jsonDepthLimit } = settings
  const node = identify(text, { identifier, jsonDepth: jsonDepthLimit })
  if (node.kind === 'node') return node
  const place = path === '-' ? 'standard input' : path
  const hint =
    'it takes {"model", "serialnumber", "systemmac", "version", "neighbors"}, as .node has them'
  throw new ZtpError(node.code, `${place}: ${node.reason}; ${hint}`)
}

function renderText(
  id: string,
  { known, pattern, definition, problem }: NodeMatch,
  explanation: readonly string[] | undefined,
): string {
  const lines = [`node:       ${id}`]
  if (pattern !== undefined) lines.push(`pattern:    ${pattern}`)
  if (definition !== undefined) lines.push(`definition: ${definition}`)
  if (problem !== undefined) lines.push(`ERROR: ${problem.message}`)
  lines.push(...(problem?.diagnostics.flatMap(diagnosticLines) ?? []))
  if (known)
    lines.push(`nodes/${id} exists: the node is served from there, and neighbordb is not asked`)
  // It tells what the switch saw, in the words of its neighbours.
  if (explanation !== undefined) lines.push('', ...explanation.map(escapeControls))
  return `${lines.join('\n')}\n`
}

function renderJson(
  id: string,
  { known, pattern, definition, problem }: NodeMatch,
  explanation: readonly string[] | undefined,
): string {
  const answer = {
    node: id,
    known,
    matched: pattern !== undefined,
    pattern: pattern ?? null,
    definition: definition ?? null,
    ...(problem === undefined ? {} : { code: problem.code, problem: problem.message }),
    ...(explanation === undefined ? {} : { explanation }),
  }
  return jsonText(answer)
}

export const matchCommand: CliCommand = {
  name: 'match',
  summary: 'say which pattern and definition a node would get',
  about: [
    'Reads what a switch reports about itself, as the file .node in its folder has it, and asks neighbordb as POST /nodes does. Nothing is written and nothing allocated.',
    'Exit status 1 when no pattern matches, or when the definition of the one that does cannot be used.',
  ],
  arguments: [{ name: '<NODE.json>', help: 'a file such as nodes/ID/.node; - for standard input' }],
  options: [
    { flags: '--explain', help: 'also say why each pattern before was passed over' },
    JSON_OPTION,
  ],
  examples: [
    {
      line: 'ztps match nodes/JPE21430006/.node --explain',
      does: 'why does it get this definition?',
    },
    { line: 'ztps match - --json < node.json', does: 'for a program' },
  ],
  run: match,
}
