import type { Place } from '../document.ts'
import { CR, DASH, HASH, isBlank, isBreak, isEnd, LF, SPACE } from './chars.ts'
import { YamlFault } from './fault.ts'

const DOT = 46

/** Where in the text the reader stands. The one thing here that changes. */
export class Cursor {
  readonly text: string
  pos: number
  /** 0-based. */
  line = 0
  /** Offset of the line's first character. */
  lineStart: number
  /** Whether a list, a map or a key may begin here: at a line's start, after `- ` and `? `. */
  fresh = true
  /** Offset after the last thing read that was neither white space nor comment. */
  contentEnd = 0

  constructor(text: string) {
    this.text = text
    this.pos = text.startsWith('\ufeff') ? 1 : 0
    this.lineStart = this.pos
  }

  /** The character code here, or `ahead` of here; NaN past the end. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.pos + ahead)
  }

  /** 0-based. */
  get column(): number {
    return this.pos - this.lineStart
  }

  place(): Place {
    return { line: this.line + 1, column: this.column + 1 }
  }

  /** Moves on, within the line, over what is content. */
  take(count: number): void {
    this.pos += count
    this.contentEnd = this.pos
  }

  /** Whether `indicator` stands here with a blank after it, as `- `, `? ` and `: ` must. */
  atIndicator(indicator: number): boolean {
    return this.code() === indicator && isBlank(this.code(1))
  }

  /** Whether a `---` or `...` stands here, which ends a document. */
  atMarker(): boolean {
    if (this.column !== 0) return false
    const code = this.code()
    if (code !== DASH && code !== DOT) return false
    return code === this.code(1) && code === this.code(2) && isBlank(this.code(3))
  }

  /** Whether the document ends here. */
  atDocumentEnd(): boolean {
    return isEnd(this.code()) || this.atMarker()
  }

  /** Moves over a line's end, if there is one: what it stands for in a scalar, or ''. */
  takeBreak(): string {
    const code = this.code()
    if (!isBreak(code)) return ''
    this.pos += code === CR && this.code(1) === LF ? 2 : 1
    this.line += 1
    this.lineStart = this.pos
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n'
  }

  skipSpaces(): void {
    while (this.code() === SPACE) this.pos += 1
  }

  skipToLineEnd(): void {
    while (!isBreak(this.code()) && !isEnd(this.code())) this.pos += 1
  }

  /** To the next token, over spaces, comments and line ends. */
  skip(inFlow: boolean): void {
    for (;;) {
      this.skipSpaces()
      if (this.code() === HASH) this.skipToLineEnd()
      if (this.takeBreak() === '') return
      if (!inFlow) this.fresh = true
    }
  }

  /** Ends the parse: `message` says what would be right at the place, by default here. */
  fail(message: string, place: Place = this.place()): never {
    throw new YamlFault(place, message)
  }
}
