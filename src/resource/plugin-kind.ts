/** How a plugin's file is run. */
export type PluginKind =
  /** An ES module with `main({nodeId, pool, label, node})`. */
  | 'module'
  /** Python, `main(node_id, pool, node)`. */
  | 'python'
  /** A script with the interpreter that its first line names. */
  | 'script'
  /** A program of the machine's own. */
  | 'binary'

/** The first bytes of what Linux runs without an interpreter. */
const ELF = '\x7fELF'

/**
 * What a plugin's file is: by its name when that ends in `.mjs` or `.js`; Python, unless it begins
 * as a program of another kind does.
 *
 * @param file the name in plugins/
 * @param head its beginning, a character for each byte
 */
export function pluginKindOf(file: string, head: string): PluginKind {
  if (/\.m?js$/.test(file)) return 'module'
  if (head.startsWith(ELF)) return 'binary'
  const shebang = /^#![^\n]*/.exec(head)?.[0]
  return shebang === undefined || /\bpython[\d.]*(?:\s|$)/.test(shebang) ? 'python' : 'script'
}
