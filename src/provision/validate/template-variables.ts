/** What a template asks for (client.md, "NODE": Python's `string.Template`). */
export type TemplateVariables = {
  readonly names: readonly string[]
  /** The first `$` that begins no variable: a failure of strict substitution. */
  readonly stray: string | undefined
}

const PLACEHOLDER = /\$(?:(\$)|([_a-z][_a-z0-9]*)|\{([_a-z][_a-z0-9]*)\}|)/gi

/**
 * @param ignoreHashes leave out words such as `$6$salt$hash`, which are password hashes that loose
 *   substitution passes on as they are
 */
export function templateVariables(text: string, ignoreHashes: boolean): TemplateVariables {
  const source = ignoreHashes ? text.replace(/\S*\$\d\S*/g, '') : text
  const names = new Set<string>()
  let stray: string | undefined
  for (const { 1: escaped, 2: plain, 3: braced, index } of source.matchAll(PLACEHOLDER)) {
    const name = plain ?? braced
    if (name !== undefined) names.add(name)
    else if (escaped === undefined) stray ??= source.slice(index, index + 2).trimEnd()
  }
  return { names: [...names], stray }
}
