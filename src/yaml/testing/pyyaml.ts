import { execFileSync } from 'node:child_process'
import { Float } from '../../kernel/value.ts'
import type { YamlNode } from '../document.ts'

/** A value with its type said, the same from Python and from us. */
export type Typed = readonly [type: string, value?: unknown]

/** A Python that has PyYAML: whatever is first on the PATH, or Debian's own. */
const PYTHON = findPython() ?? installPyYaml()

const PROGRAM = `
import sys, json, yaml, datetime
def typed(v):
    if v is None: return ['null']
    if isinstance(v, bool): return ['bool', v]
    if isinstance(v, str): return ['str', v]
    if isinstance(v, int): return ['int', str(v)]
    if isinstance(v, float): return ['float', repr(v)]
    if isinstance(v, datetime.date): return ['str', v.isoformat()]
    if isinstance(v, list): return ['list', [typed(each) for each in v]]
    return ['map', [[typed(k), typed(each)] for k, each in v.items()]]
def read(text):
    try: return typed(yaml.safe_load(text))
    except Exception: return ['error']
print(json.dumps([read(text) for text in json.load(sys.stdin)]))
`

function findPython(): string | undefined {
  return ['python3', '/usr/bin/python3'].find((python) => {
    try {
      execFileSync(python, ['-c', 'import yaml'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
}

/** @throws Error with what to install, where that is not ours to do */
function installPyYaml(): string {
  const command = 'apt-get update -q && apt-get install -y -q --no-install-recommends python3-yaml'
  try {
    execFileSync('sh', ['-c', command], { stdio: 'ignore' })
  } catch (cause) {
    throw new Error(`PyYAML is missing, with which our reader is compared: ${command}`, { cause })
  }
  return '/usr/bin/python3'
}

/** What PyYAML's safe loader makes of each text; `['error']` where it refuses. */
export function readWithPyYaml(texts: readonly string[]): readonly Typed[] {
  const input = JSON.stringify(texts)
  const output = execFileSync(PYTHON, ['-c', PROGRAM], { input, maxBuffer: 2 ** 28 })
  return JSON.parse(output.toString())
}

/** Our node in the same form; `['error']` for no node. */
export function typed(node: YamlNode | undefined): Typed {
  if (node === undefined) return ['error']
  if (node.kind === 'list') return ['list', node.items.map(typed)]
  if (node.kind === 'map') {
    return ['map', node.entries.map((entry) => [typed(entry.key), typed(entry.value)])]
  }
  const { value } = node
  if (value === null) return ['null']
  if (typeof value === 'string') return ['str', value]
  if (typeof value === 'boolean') return ['bool', value]
  return value instanceof Float ? ['float', pythonRepr(value.value)] : ['int', String(value)]
}

function pythonRepr(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (Object.is(value, -0)) return '-0.0'
  const magnitude = Math.abs(value)
  if (value !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
  }
  return Number.isInteger(value) ? `${value}.0` : String(value)
}
