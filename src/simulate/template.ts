import type { ValueMap } from '../kernel/value.ts'
import { pythonText } from './python-text.ts'

/** strict: a placeholder without a value is a failure. loose: it stays as it is written. */
export type SubstitutionMode = 'strict' | 'loose'

export type Substitution =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing'; readonly name: string }
  /** A dollar sign that begins no placeholder; line and column are 1-based. */
  | { readonly kind: 'invalid'; readonly line: number; readonly column: number }

/** `$$`, `$name`, `${name}`, or a dollar sign alone: the grammar of Python's string.Template. */
const PLACEHOLDER = /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\}|())/g

/**
 * Fills in a template as Python's `string.Template` does: `substitute` when strict,
 * `safe_substitute` when loose. Of several faults the first in the text is told.
 */
export function substitute(
  template: string,
  variables: ValueMap,
  mode: SubstitutionMode,
): Substitution {
  const parts: string[] = []
  let end = 0
  for (const found of template.matchAll(PLACEHOLDER)) {
    const [whole, escaped, named, braced] = found
    const name = named ?? braced
    const value = name === undefined ? undefined : variables.get(name)
    if (mode === 'strict' && escaped === undefined && value === undefined) {
      return name === undefined
        ? { kind: 'invalid', ...placeOf(template, found.index) }
        : { kind: 'missing', name }
    }
    parts.push(template.slice(end, found.index))
    parts.push(escaped ?? (value === undefined ? whole : pythonText(value)))
    end = found.index + whole.length
  }
  return { kind: 'text', text: parts.join('') + template.slice(end) }
}

function placeOf(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}
