import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { apacheVersion } from './apache.ts'
import { nginxVersion } from './nginx.ts'
import { count, type Row } from './scenario.ts'

const TITLES = ['what', 'target', 'measured', 'p50', 'p95', 'p99', 'max, ms', 'CPU, µs', 'met']
const BEGIN = '<!-- results: written by npm run bench -- --readme -->'
const END = '<!-- end of results -->'

/** The results as lines of aligned columns. */
export function textTable(rows: readonly Row[]): string {
  const lines = [TITLES, ...rows.map(cells)]
  const widths = TITLES.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)))
  return lines
    .map((line) =>
      line
        .map((cell, at) => pad(cell, widths[at] ?? 0, at))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function pad(cell: string, width: number, at: number): string {
  return at === 0 || at === TITLES.length - 1 ? cell.padEnd(width) : cell.padStart(width)
}

/** The results as a Markdown table, with the notes under it. */
function markdown(rows: readonly Row[]): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`
  const rule = line(TITLES.map(() => '---'))
  const notes = rows.flatMap(({ what, note }) => (note === undefined ? [] : `- ${what}: ${note}`))
  return [line(TITLES), rule, ...rows.map((row) => line(cells(row))), '', ...notes].join('\n')
}

function cells({ what, measured, latency, cpu, checks }: Row): readonly string[] {
  const times = latency
    ? [latency.p50, latency.p95, latency.p99, latency.max].map(count)
    : ['', '', '', '']
  const target = checks.map((each) => each.target).join(', ')
  const cost = cpu === undefined ? '' : `${count(cpu.all)} (${count(cpu.loop)})`
  return [what, target, measured, ...times, cost, verdict(checks)]
}

function verdict(checks: Row['checks']): string {
  if (checks.length === 0) return ''
  return checks.every((each) => each.met) ? 'yes' : 'NO'
}

/** What the figures were taken on; a load above 1 per processor at the start spoils them. */
export function machine(): string {
  const [first] = cpus()
  const memory = `${count(totalmem() / 1024 ** 3)} GiB`
  return [
    `${cpus().length} × ${first?.model ?? 'unknown processor'}`,
    memory,
    `Node ${process.version}`,
    nginxVersion() ?? 'no nginx',
    apacheVersion() ?? 'no Apache',
    `load ${count(loadavg()[0] ?? 0)}`,
  ].join(', ')
}

/** Puts the results between the markers of a README. @throws when it has no markers */
export function writeReadme(file: URL, measuredOn: string, rows: readonly Row[]): void {
  const text = readFileSync(file, 'utf8')
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`${file.pathname} has no markers for the results`)
  const results = `${BEGIN}\n\nMeasured on: ${measuredOn}.\n\n${markdown(rows)}\n\n`
  writeFileSync(file, `${text.slice(0, begin)}${results}${text.slice(end)}`)
}
