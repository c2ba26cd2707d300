/** Something found wrong, or doubtful, at a place of a file. */
export type Diagnostic = {
  /** A stable name such as ZTP_MISSING_DEFINITION. */
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** The path as the operator knows it. */
  readonly file: string
  /** 1-based; 1 where the whole file is meant. */
  readonly line: number
  /** 1-based, in characters. */
  readonly column: number
  /** One sentence: what is wrong and what would be right. */
  readonly message: string
  /** The offending line as it stands in the file. */
  readonly source?: string
  /** The name of the pattern at fault, where there is one. */
  readonly pattern?: string
}

/** A parse never throws: it yields what could be read, and what was wrong with the rest. */
export type Parsed<T> = {
  /** Undefined when nothing useful could be read. */
  readonly value: T | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** A file of the data directory, as it is now. */
export type Loaded<T> =
  | { readonly kind: 'absent' }
  | { readonly kind: 'broken'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'loaded'; readonly value: T; readonly diagnostics: readonly Diagnostic[] }

/** Whether any of them is an error rather than a warning. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((each) => each.severity === 'error')
}

/** `file:line:column: message`, the form editors and terminals turn into a link. */
export function formatDiagnostic(found: Diagnostic): string {
  return `${found.file}:${found.line}:${found.column}: ${found.message}`
}

/** What a parse yielded, as the state of a file that exists. */
export function loadedFrom<T>(parsed: Parsed<T>): Loaded<T> {
  const { value, diagnostics } = parsed
  return value === undefined
    ? { kind: 'broken', diagnostics }
    : { kind: 'loaded', value, diagnostics }
}
