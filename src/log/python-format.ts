import { FIELDS, SITE_FIELDS } from './fields.ts'
import { CONVERSIONS, convert } from './python-conversion.ts'
import type { LogRecord } from './record.ts'

export type PythonFormat = {
  /** Whether it shows where in the source a line was logged. */
  readonly needsSite: boolean
  render(record: LogRecord): string
}

/** A format, or what is wrong with it, a sentence each. */
export type CompiledFormat =
  | { readonly kind: 'format'; readonly format: PythonFormat }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] }

type Piece = string | ((record: LogRecord) => string)

/** What follows a `%`: another one, or name, flags, width, precision, (ignored) length, letter. */
const DIRECTIVE = /%(?:(%)|\(([^()]*)\)([#0 +-]*)(\d{0,3})(?:(\.)(\d{0,3}))?[hlL]?([a-zA-Z]))?/g

/**
 * Compiles a format of Python's `logging` module (`%` style), as `logging.Formatter` reads it; an
 * empty one is `%(message)s`, as there.
 *
 * Python finds an unknown field when it first writes a line; we say so at once.
 */
export function compilePythonFormat(text: string): CompiledFormat {
  const source = text === '' ? '%(message)s' : text
  const problems: string[] = []
  const pieces: Piece[] = []
  let end = 0
  let needsSite = false
  for (const match of source.matchAll(DIRECTIVE)) {
    pieces.push(source.slice(end, match.index))
    end = match.index + match[0].length
    const piece = pieceFrom(match)
    if (piece.problem !== undefined) problems.push(piece.problem)
    else pieces.push(piece.piece)
    needsSite ||= SITE_FIELDS.has(match[2] ?? '')
  }
  pieces.push(source.slice(end))
  if (!pieces.some((piece) => typeof piece !== 'string') && problems.length === 0) {
    problems.push('it shows no field: %(message)s is the least')
  }
  if (problems.length > 0) return { kind: 'invalid', problems }
  return { kind: 'format', format: { needsSite, render: renderer(pieces) } }
}

type ReadPiece =
  | { readonly problem: string; readonly piece?: never }
  | { readonly problem?: never; readonly piece: Piece }

function pieceFrom(match: RegExpExecArray): ReadPiece {
  const [written, percent, name, flags = '', width, point, precision, conversion] = match
  if (percent !== undefined) return { piece: '%' }
  if (name === undefined || conversion === undefined) {
    const rest = match.input.slice(match.index, match.index + 12)
    return { problem: `'${rest}': a field is written %(name)s, and a percent sign %%` }
  }
  const field = FIELDS.get(name)
  if (field === undefined) {
    return { problem: `'${written}': no field is called ${name}; there are ${fieldNames()}` }
  }
  const piece = convert(field, {
    flags,
    width: Number(width),
    precision: point === undefined ? undefined : Number(precision),
    conversion,
  })
  return piece === undefined
    ? { problem: `'${written}': ${name} cannot be written so; write ${CONVERSIONS}` }
    : { piece }
}

function fieldNames(): string {
  return [...FIELDS.keys()].join(', ')
}

function renderer(pieces: readonly Piece[]): (record: LogRecord) => string {
  return (record) => {
    let line = ''
    for (const piece of pieces) line += typeof piece === 'string' ? piece : piece(record)
    return line
  }
}
