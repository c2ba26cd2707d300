import { execFileSync } from 'node:child_process'

const PROGRAM = `
import json, re, sys, warnings
warnings.simplefilter('ignore')
def verdict(pattern, value):
    try:
        return re.match(pattern, value) is not None
    except (re.error, OverflowError):
        return None
print(json.dumps([verdict(*each) for each in json.load(sys.stdin)]))
`

/** What Python's `re.match(pattern, value)` says of each pair; null where the pattern is refused. */
export function pythonMatches(
  pairs: readonly (readonly [pattern: string, value: string])[],
): readonly (boolean | null)[] {
  const output = execFileSync('python3', ['-c', PROGRAM], {
    input: JSON.stringify(pairs),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  return JSON.parse(output)
}
