/** A call in an attribute: `allocate('pool')`, `allocate('pool', 'label')`. */
export type PluginCall = {
  /** The plugin's name. */
  readonly name: string
  /** The first argument. */
  readonly pool: string
  /** The second argument, where there is one. */
  readonly label?: string
  /** The call as written. */
  readonly text: string
}

const NAME = '[A-Za-z0-9_][A-Za-z0-9_.-]*'
const QUOTED = `(?:'([^']*)'|"([^"]*)")`
const CALL = new RegExp(String.raw`^(${NAME})\(\s*${QUOTED}\s*(?:,\s*${QUOTED}\s*)?\)$`)
const UNQUOTED = new RegExp(String.raw`^${NAME}\([^'"()]*\)$`)

/** @returns undefined unless the text is, whole, a call with quoted arguments */
export function parseCall(text: string): PluginCall | undefined {
  // Cheap first: nearly no attribute is a call, and this runs for each of every request.
  if (!text.endsWith(')')) return undefined
  const parts = CALL.exec(text)
  if (parts === null) return undefined
  const [, name = '', single, double, singleLabel, doubleLabel] = parts
  const label = singleLabel ?? doubleLabel
  const pool = single ?? double ?? ''
  return label === undefined ? { name, pool, text } : { name, pool, label, text }
}

/** Whether the text is a call but for the quotes, `allocate(pool)`: an ordinary string. */
export function looksLikeCall(text: string): boolean {
  return UNQUOTED.test(text)
}
