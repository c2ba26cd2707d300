import type { Parsed } from '../kernel/diagnostic.ts'
import type { Value } from '../kernel/value.ts'
import type { NodeReport } from '../node/report.ts'
import { renderYaml } from '../yaml/render.ts'
import { compilePattern } from './compile.ts'
import type { CompiledPattern } from './neighbordb.ts'
import { parsePatternSource, type TopologyFile } from './parse.ts'
import { sightOf } from './sight.ts'
import type { InterfaceSource, ValidPattern } from './source.ts'

/** Satisfied by a node that has any neighbour. */
const OPEN: Value = [new Map([['any', 'any:any']])]

/**
 * Reads the `pattern` file of a node's folder: one pattern, where `name`, `definition` and
 * `config-handler` may be absent and `node` is never compared.
 *
 * @returns no value when there is any error
 */
export function parsePatternFile(text: string, file: TopologyFile): Parsed<CompiledPattern> {
  const { value, diagnostics } = parsePatternSource(text, file)
  return { value: value === undefined ? undefined : compilePattern(value), diagnostics }
}

/**
 * The `pattern` file of a node that the pattern matched: as the operator wrote it, without
 * `definition` and empty keys, with the file's variables that it uses.
 *
 * It is valid, and matches the node: without `interfaces` it gets the open pattern, or no constraint
 * for a node that reported no neighbours.
 */
export function renderPatternFile({ source }: CompiledPattern, report: NodeReport): string {
  const { name, node, model, configHandler, variables, interfaces } = source
  const open = sightOf(report).size > 0 ? OPEN : []
  const texts: readonly (readonly [string, string | null])[] = [
    ['name', name],
    ['node', node?.written ?? null],
    ['model', model],
    ['config-handler', configHandler],
  ]
  const fields: (readonly [string, Value])[] = [
    ...texts.filter(([, text]) => text !== null && text !== ''),
    ...variablesOf(variables),
    ['interfaces', interfaces === null ? open : interfaces.map(lineOf)],
  ]
  return renderYaml(new Map(fields))
}

function variablesOf(variables: ValidPattern['variables']): readonly (readonly [string, Value])[] {
  if (variables.length === 0) return []
  return [['variables', new Map(variables.map(({ name, text }) => [name, text]))]]
}

function lineOf({ written: { local, remote } }: InterfaceSource): Value {
  if (typeof remote === 'string') return new Map([[local, remote]])
  const { device, port } = remote
  const map = new Map(Object.entries(port === null ? { device } : { device, port }))
  return new Map([[local, map]])
}
