import type { Neighbor, NodeReport } from '../../node/report.ts'

/** A pattern as the operator writes it. */
export type PlainPattern = {
  readonly name: string
  readonly node?: string
  readonly model?: string
  readonly interfaces?: readonly (readonly [local: string, remote: string])[]
}

/** Whether a DEVICE or PORT that is neither any nor none accepts a value; for simple operands. */
function accepts(operand: string, value: string): boolean {
  if (operand === 'any' || operand === 'none') return true
  const [, name, argument = ''] = /^(\w+)\('(.*)'\)$/.exec(operand) ?? []
  if (name === 'exact') return value === argument
  if (name === 'includes') return value.includes(argument)
  if (name === 'excludes') return !value.includes(argument)
  if (name === 'regex') return new RegExp(`^(?:${argument})`).test(value)
  return value === operand
}

type Demand = { readonly local: string; readonly device: string; readonly port: string }

/** The tables of the documentation, word for word. */
function violated({ local, device, port }: Demand, report: NodeReport): boolean {
  const everywhere = local === 'any' || local === 'none'
  const seen = [...report.neighbors]
    .filter(([name]) => everywhere || name === local)
    .flatMap(([, neighbors]) => neighbors)
  return seen.some((each) => accepts(device, each.device) && accepts(port, each.port))
}

/** Tries every way to give each demand an interface of its own. */
function satisfiable(
  demands: readonly Demand[],
  free: ReadonlyMap<string, readonly Neighbor[]>,
): boolean {
  const [demand, ...others] = demands
  if (demand === undefined) return true
  return [...free].some(([name, neighbors]) => {
    if (demand.local !== 'any' && demand.local !== name) return false
    const served = neighbors.some(
      (each) => accepts(demand.device, each.device) && accepts(demand.port, each.port),
    )
    const rest = new Map([...free].filter(([other]) => other !== name))
    return served && satisfiable(others, rest)
  })
}

/** Whether the pattern matches the node, slowly and obviously. Interface names are in full. */
export function naiveMatches(pattern: PlainPattern, report: NodeReport): boolean {
  if (pattern.model !== undefined && !accepts(`regex('${pattern.model}')`, report.model ?? '')) {
    return false
  }
  const demands = (pattern.interfaces ?? []).flatMap(([locals, remote]) => {
    const [device = '', port = remote === 'none' ? 'none' : 'any'] = remote.split(':')
    return locals.split(',').map((local): Demand => ({ local, device, port }))
  })
  const negative = demands.filter((each) => Object.values(each).includes('none'))
  const positive = demands.filter((each) => !Object.values(each).includes('none'))
  return !negative.some((each) => violated(each, report)) && satisfiable(positive, report.neighbors)
}

/** The name of the pattern that a node gets. */
export function naiveFind(
  patterns: readonly PlainPattern[],
  id: string,
  report: NodeReport,
): string | undefined {
  const own = patterns.find((each) => each.node === id)
  if (own !== undefined) return naiveMatches(own, report) ? own.name : undefined
  return patterns.find((each) => each.node === undefined && naiveMatches(each, report))?.name
}
