import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseDefinition } from '../definition/parse.ts'
import { resolveDefinition } from '../definition/resolve.ts'
import { toJson } from '../kernel/json.ts'
import { planAction } from './action-plan.ts'
import { allocationsOf } from './allocations.ts'
import { apply } from './apply.ts'
import { readDefinition, type SentDefinition } from './definition-answer.ts'
import { NODE } from './testing/nodes.ts'

const ROOT = join(import.meta.dirname, '../../examples/data-root')

function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((each) => join(folder, each))
    .filter((each) => statSync(join(ROOT, each)).isFile())
}

/** A definition as the server would send it, each call answered by its own text. */
async function served(path: string): Promise<SentDefinition> {
  const { value, diagnostics } = parseDefinition(readFileSync(join(ROOT, path), 'utf8'), path)
  expect(diagnostics).toEqual([])
  if (value === undefined) throw new Error(`${path} cannot be read`)
  const resolved = await resolveDefinition(value, new Map(), async (call) => `<${call.text}>`)
  const definition = readDefinition(toJson(resolved))
  if (typeof definition === 'string') throw new Error(definition)
  return definition
}

/** What the actions of a definition make of an empty startup-config. */
function configured(definition: SentDefinition): string {
  let config = ''
  for (const each of definition.actions) {
    const plan = planAction(each, NODE)
    if (plan.kind !== 'fetch') throw new Error(`${each.action} fetches nothing`)
    const applied = apply(plan.use, readFileSync(join(ROOT, plan.url), 'utf8'), config)
    if (applied.kind === 'failure') throw new Error(`${plan.url}: ${applied.reason}`)
    config = applied.startupConfig
  }
  return config
}

describe('definitions of examples/data-root', () => {
  it.each(filesBelow('definitions'))('%s fills in every template', async (path) => {
    const config = configured(await served(path))
    expect(config).toMatch(/^hostname \S+$/m)
    expect(config).toMatch(/^ {3}ip address <allocate\('mgmt_subnet'\)>$/m)
    expect(config).not.toMatch(/\$/)
  })

  it.each(filesBelow('definitions'))('%s allocates from pools that exist', async (path) => {
    const pools = allocationsOf(await served(path)).map((each) => each.pool)
    const known = filesBelow('resources').map(
      (each) => `allocate(${each.slice('resources/'.length)})`,
    )
    expect(pools.length).toBeGreaterThan(0)
    expect(known).toEqual(expect.arrayContaining([...pools]))
  })

  it('use every template', async () => {
    const paths = filesBelow('definitions')
    const actions = (await Promise.all(paths.map(served))).flatMap((each) => each.actions)
    const urls = actions.map((each) => each.attributes.get('url'))
    expect(urls).toEqual(expect.arrayContaining([...filesBelow('files/templates')]))
  })
})
