/** The command line as data: what the shells' completions are made from. */
export type Outline = {
  /** The words that lead here, such as `ztps pools list`. */
  readonly path: string
  readonly name: string
  readonly summary: string
  /** Those that may be written here, the global ones included. */
  readonly flags: readonly OutlinedFlag[]
  /** What follows, one after the other. */
  readonly operands: readonly Operand[]
  readonly commands: readonly Outline[]
}

export type OutlinedFlag = {
  /** `-c` and `--conf`. */
  readonly names: readonly string[]
  readonly help: string
  /** What it takes; undefined for a flag that is only there or not. */
  readonly value: Value | undefined
  /** Whether it may stand without its value. */
  readonly bare: boolean
}

export type Operand = {
  readonly value: Value
  /** Whether it may be followed by more of its kind. */
  readonly more: boolean
}

/** What stands in a place. */
export type Value = {
  /** As help calls it: `FILE`. */
  readonly name: string
  readonly kind: 'file' | 'folder' | 'word'
  /** The only words; none when it may be any. */
  readonly words: readonly string[]
}

/** An outline and all below it, from the top. */
export function allOf(outline: Outline): readonly Outline[] {
  return [outline, ...outline.commands.flatMap(allOf)]
}
