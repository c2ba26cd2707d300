import type { Diagnostic } from '../kernel/diagnostic.ts'
import type { Place } from './document.ts'
import { BREAK } from './syntax/chars.ts'

/** What is wrong, without where. */
export type Problem = Pick<Diagnostic, 'code' | 'message' | 'pattern'> & {
  /** `error` unless told. */
  readonly severity?: Diagnostic['severity']
}

/** Makes the diagnostic for a problem at a place of one text. */
export type Reporter = (place: Place, problem: Problem) => Diagnostic

/** Longest `source` of a diagnostic, in characters: a line may be megabytes. */
const SOURCE_LENGTH = 200

/**
 * A maker of diagnostics for places of `text`, with the offending line as `source`.
 *
 * Costs nothing until the first problem.
 */
export function reporterFor(text: string, file: string): Reporter {
  let lines: readonly number[] | undefined
  return (place, problem) => {
    lines ??= lineStarts(text)
    return {
      severity: 'error',
      ...problem,
      file,
      line: place.line,
      column: place.column,
      source: sourceLine(text, lines[place.line - 1] ?? text.length, place.column),
    }
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [text.startsWith('\ufeff') ? 1 : 0]
  for (const found of text.matchAll(BREAK)) starts.push(found.index + found[0].length)
  return starts
}

/** The line from `start`; of a very long one, the part around the column. */
function sourceLine(text: string, start: number, column: number): string {
  const from = column > SOURCE_LENGTH ? start + column - SOURCE_LENGTH / 2 : start
  return text.slice(from, from + SOURCE_LENGTH).split(/[\r\n\x85\u2028\u2029]/u, 1)[0] ?? ''
}
