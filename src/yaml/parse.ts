import type { Parsed } from '../kernel/diagnostic.ts'
import type { Place, YamlNode } from './document.ts'
import { DEFAULT_LIMITS, type YamlLimits } from './limits.ts'
import { reporterFor } from './reporter.ts'
import { BREAK } from './syntax/chars.ts'
import { YamlFault } from './syntax/fault.ts'
import { Problems } from './syntax/problems.ts'
import { readDocument } from './syntax/read-document.ts'

const START: Place = { line: 1, column: 1 }

/** PyYAML's: what a text must not contain, however quoted. */
const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u

/**
 * Reads a YAML text as PyYAML's safe loader does (docs: "how data files are read").
 *
 * Differences: dates are ISO text, a duplicate key is a warning, and there are limits. Any error
 * means no value, as it does to PyYAML; an empty text is a null.
 *
 * @param file the path as the operator knows it, for the diagnostics
 */
export function parseYaml(
  text: string,
  file: string,
  limits: YamlLimits = DEFAULT_LIMITS,
): Parsed<YamlNode> {
  const problems = new Problems(reporterFor(text, file))
  const value = readText(text, limits, problems)
  return { value: problems.failed ? undefined : value, diagnostics: problems.all() }
}

function readText(text: string, limits: YamlLimits, problems: Problems): YamlNode | undefined {
  if (text.length > limits.maxSize) {
    const message = `the file is larger than ${limits.maxSize} bytes, the most that is read`
    problems.error(START, 'ZTP_FILE_TOO_LARGE', message)
    return undefined
  }
  const control = CONTROL.exec(text)
  if (control !== null) {
    problems.error(placeOf(text, control.index), 'ZTP_YAML_SYNTAX', controlMessage(control[0]))
    return undefined
  }
  try {
    return readDocument(text, problems, limits)
  } catch (thrown) {
    if (!(thrown instanceof YamlFault)) throw thrown
    problems.error(thrown.place, thrown.code, thrown.message)
    return undefined
  }
}

function controlMessage(character: string): string {
  const code = character.charCodeAt(0).toString(16).padStart(2, '0')
  return `the control character 0x${code} stands here; in double quotes write it as an escape`
}

/** The place of an offset. */
function placeOf(text: string, offset: number): Place {
  let line = 1
  let start = text.startsWith('\ufeff') ? 1 : 0
  for (const found of text.slice(0, offset).matchAll(BREAK)) {
    line += 1
    start = found.index + found[0].length
  }
  return { line, column: offset - start + 1 }
}
