/** What is wrong with a regular expression; caught where the expression was asked to be read. */
export class RegexError extends Error {}

/** Walks the characters of an expression, as code points. */
export class Scanner {
  readonly #chars: readonly string[]
  #at = 0

  constructor(text: string) {
    this.#chars = [...text]
  }

  /** The next character, not consumed; empty at the end. */
  get next(): string {
    return this.#chars[this.#at] ?? ''
  }

  get position(): number {
    return this.#at
  }

  get atEnd(): boolean {
    return this.#at >= this.#chars.length
  }

  /** Consumes one character; empty at the end. */
  take(): string {
    const char = this.next
    this.#at += 1
    return char
  }

  /** Consumes the character if it is the next one. */
  accept(char: string): boolean {
    if (this.next !== char) return false
    this.#at += 1
    return true
  }

  /** Consumes up to `limit` characters that pass. */
  takeWhile(passes: (char: string) => boolean, limit = Number.POSITIVE_INFINITY): string {
    const from = this.#at
    while (!this.atEnd && this.#at - from < limit && passes(this.next)) this.#at += 1
    return this.#chars.slice(from, this.#at).join('')
  }

  /** Consumes up to and including the character, which is not part of the answer. */
  takeUntil(end: string, what: string): string {
    const text = this.takeWhile((char) => char !== end)
    if (!this.accept(end)) this.fail(`missing ${end}, unterminated ${what}`)
    return text
  }

  back(position: number): void {
    this.#at = position
  }

  fail(reason: string, at = this.#at): never {
    throw new RegexError(`${reason} at character ${Math.min(at, this.#chars.length) + 1}`)
  }
}

export function isDigit(char: string): boolean {
  return char.length === 1 && char >= '0' && char <= '9'
}

export function isOctal(char: string): boolean {
  return char.length === 1 && char >= '0' && char <= '7'
}

export function isHex(char: string): boolean {
  return /^[0-9a-fA-F]$/.test(char)
}
