import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allocate } from './allocate.ts'
import { apache } from './apache.ts'
import { definition } from './definition.ts'
import { action, bootstrap, meta, smallFile } from './files.ts'
import { fleet } from './fleet.ts'
import { hostile } from './hostile.ts'
import { image } from './image.ts'
import { match } from './match.ts'
import { nginxFront } from './nginx-front.ts'
import { plugin } from './plugin.ts'
import { poolMemory } from './pool-memory.ts'
import { register } from './register.ts'
import { machine, textTable, writeReadme } from './report.ts'
import type { Effort, Row, Scenario } from './scenario.ts'
import { sql } from './sql.ts'
import { start } from './start.ts'
import { workers } from './workers.ts'

const SCENARIOS: readonly Scenario[] = [
  start,
  bootstrap,
  smallFile,
  action,
  meta,
  definition,
  workers,
  match,
  register,
  allocate,
  poolMemory,
  plugin,
  sql,
  fleet,
  hostile,
  nginxFront,
  image,
  apache,
]

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    readme: { type: 'boolean', default: false },
  },
})

const effort: Effort = flags.quick
  ? { quick: true, rounds: 1, seconds: 1 }
  : { quick: false, rounds: 3, seconds: 3 }

const names = SCENARIOS.map((each) => each.name)
const unknown = flags.only.filter((each) => !names.includes(each))
if (unknown.length > 0) {
  console.error(`no scenario ${unknown.join(', ')}; there are ${names.join(', ')}`)
  process.exit(2)
}

const measuredOn = machine()
const chosen = SCENARIOS.filter(({ name }) => flags.only.length === 0 || flags.only.includes(name))
const rows: Row[] = []
let broken = false
for (const scenario of chosen) rows.push(...(await runOne(scenario)))

console.log(`${measuredOn}\n\n${textTable(rows)}`)
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(rows, null, 2)}\n`)
if (flags.readme && !broken)
  writeReadme(new URL('../../README.md', import.meta.url), measuredOn, rows)
process.exitCode = broken ? 1 : 0

/** A scenario that cannot be measured does not keep the others from being. */
async function runOne(scenario: Scenario): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ztps-bench-'))
  const started = performance.now()
  try {
    const measured = await scenario.run(folder, effort)
    console.error(`${scenario.name}: ${((performance.now() - started) / 1000).toFixed(0)} s`)
    return measured
  } catch (thrown) {
    broken = true
    console.error(`${scenario.name} failed:`, thrown)
    return []
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
