import { readClass } from './char-class.ts'
import { codeOf, readEscape } from './escape.ts'
import { readFlags } from './flags.ts'
import { Groups } from './groups.ts'
import { isDigit, Scanner } from './scanner.ts'
import { type CharItem, type Flags, NEWLINE, type Regex, type Repeat, range } from './syntax.ts'

const NO_FLAGS: Flags = {
  ignoreCase: false,
  multiline: false,
  dotAll: false,
  verbose: false,
  ascii: false,
}

/**
 * Reads a Python 3 regular expression with the rules of Python's own parser.
 *
 * @throws RegexError with the reason and the place, also for what exists in Python but nowhere else
 */
export function parseRegex(text: string): Regex {
  return new Parser(text).parse()
}

class Parser {
  readonly #scanner: Scanner
  readonly #groups = new Groups()

  constructor(text: string) {
    this.#scanner = new Scanner(text)
  }

  parse(): Regex {
    const regex = this.#choice(this.#globalFlags())
    if (!this.#scanner.atEnd) this.#scanner.fail('unbalanced )')
    return regex
  }

  /** `(?i)` and the like, which Python takes only at the very start. */
  #globalFlags(): Flags {
    let flags = NO_FLAGS
    for (;;) {
      this.#skipVerbose(flags)
      const from = this.#scanner.position
      const found = this.#startsFlags() ? readFlags(this.#scanner) : undefined
      if (found?.ending !== ')') {
        this.#scanner.back(from)
        return flags
      }
      flags = { ...flags, ...found.change }
    }
  }

  #startsFlags(): boolean {
    const opens = this.#scanner.accept('(') && this.#scanner.accept('?')
    return opens && /[a-zA-Z]/.test(this.#scanner.next) && this.#scanner.next !== 'P'
  }

  #skipVerbose(flags: Flags): void {
    if (!flags.verbose) return
    while (/^[ \t\n\r\v\f#]$/.test(this.#scanner.next)) {
      if (this.#scanner.take() === '#') this.#scanner.takeWhile((char) => char !== '\n')
    }
  }

  #choice(flags: Flags): Regex {
    const options = [this.#sequence(flags)]
    while (this.#scanner.accept('|')) options.push(this.#sequence(flags))
    const [only, ...others] = options
    return only !== undefined && others.length === 0 ? only : { kind: 'choice', options }
  }

  #sequence(flags: Flags): Regex {
    const parts: Regex[] = []
    for (;;) {
      this.#skipVerbose(flags)
      const { next, position } = this.#scanner
      if (next === '' || next === '|' || next === ')') return { kind: 'sequence', parts }
      this.#scanner.take()
      const repeat = this.#quantifier(next)
      if (repeat === undefined) {
        const part = this.#part(next, flags)
        if (part !== undefined) parts.push(part)
      } else {
        parts.push(this.#repeated(parts.pop(), repeat, position))
      }
    }
  }

  #quantifier(char: string): { readonly min: number; readonly max: number } | undefined {
    if (char === '*') return { min: 0, max: Number.POSITIVE_INFINITY }
    if (char === '+') return { min: 1, max: Number.POSITIVE_INFINITY }
    if (char === '?') return { min: 0, max: 1 }
    return char === '{' ? this.#counts() : undefined
  }

  /** `{2}`, `{2,}`, `{,3}`, `{2,3}`; anything else in braces is text. */
  #counts(): { readonly min: number; readonly max: number } | undefined {
    const from = this.#scanner.position
    if (this.#scanner.next === '}') return undefined
    const low = this.#scanner.takeWhile(isDigit)
    const high = this.#scanner.accept(',') ? this.#scanner.takeWhile(isDigit) : low
    if (!this.#scanner.accept('}')) {
      this.#scanner.back(from)
      return undefined
    }
    const counts = {
      min: low === '' ? 0 : Number(low),
      max: high === '' ? Number.POSITIVE_INFINITY : Number(high),
    }
    if (counts.max < counts.min) this.#scanner.fail('min repeat greater than max repeat', from)
    return counts
  }

  #repeated(
    body: Regex | undefined,
    counts: { readonly min: number; readonly max: number },
    at: number,
  ): Repeat {
    if (body === undefined || body.kind === 'position') this.#scanner.fail('nothing to repeat', at)
    if (body.kind === 'repeat') this.#scanner.fail('multiple repeat', at)
    const mode = this.#scanner.accept('?')
      ? 'lazy'
      : this.#scanner.accept('+')
        ? 'possessive'
        : 'greedy'
    return { kind: 'repeat', body, ...counts, mode }
  }

  /** One part that begins with a consumed character; undefined for a comment. */
  #part(char: string, flags: Flags): Regex | undefined {
    if (char === '(') return this.#group(flags)
    if (char === '[') {
      const { negated, items } = readClass(this.#scanner)
      return setOf(items, flags, negated)
    }
    if (char === '.') return setOf(flags.dotAll ? [] : [range(NEWLINE)], flags, true)
    if (char === '^') {
      const at = flags.multiline ? 'line-start' : 'start'
      return { kind: 'position', at, ascii: flags.ascii }
    }
    if (char === '$') {
      return { kind: 'position', at: flags.multiline ? 'line-end' : 'last', ascii: flags.ascii }
    }
    if (char === '\\') return this.#escape(flags)
    return setOf([range(codeOf(char))], flags)
  }

  #escape(flags: Flags): Regex {
    const from = this.#scanner.position - 1
    const found = readEscape(this.#scanner)
    if (found.kind === 'number') return this.#backreference(found.group, flags, from)
    if (found.kind === 'position') return { ...found, ascii: flags.ascii }
    return setOf([found], flags)
  }

  #backreference(index: number, flags: Flags, from: number): Regex {
    const problem = this.#groups.problemOfReference(index)
    if (problem !== undefined) this.#scanner.fail(problem, from)
    return { kind: 'backreference', index, ignoreCase: flags.ignoreCase }
  }

  #group(flags: Flags): Regex | undefined {
    const from = this.#scanner.position - 1
    if (!this.#scanner.accept('?')) return this.#capture(flags, from)
    const char = this.#scanner.take()
    switch (char) {
      case 'P':
        return this.#named(flags, from)
      case ':':
        return this.#close(nested(this.#choice(flags)), from)
      case '#':
        this.#scanner.takeUntil(')', 'comment')
        return undefined
      case '=':
      case '!':
        return this.#look(true, char === '!', flags, from)
      case '<':
        return this.#lookBehind(flags, from)
      case '>':
        return this.#close({ kind: 'atomic', body: this.#choice(flags) }, from)
      case '(':
        return this.#scanner.fail('a conditional (?(…)…) cannot be translated', from)
      default:
        return this.#flagged(flags, from)
    }
  }

  #named(flags: Flags, from: number): Regex {
    if (this.#scanner.accept('<')) {
      return this.#capture(flags, from, this.#scanner.takeUntil('>', 'name'))
    }
    if (!this.#scanner.accept('=')) {
      this.#scanner.fail(`unknown extension ?P${this.#scanner.next}`, from)
    }
    const name = this.#scanner.takeUntil(')', 'name')
    const index = this.#groups.named(name)
    if (index === undefined) this.#scanner.fail(`unknown group name '${name}'`, from)
    return this.#backreference(index, flags, from)
  }

  #capture(flags: Flags, from: number, name?: string): Regex {
    const index = this.#groups.open()
    const problem = name === undefined ? undefined : this.#groups.declare(name, index)
    if (problem !== undefined) this.#scanner.fail(problem, from)
    const group = this.#close({ kind: 'group', index, body: this.#choice(flags) }, from)
    this.#groups.close(index)
    return group
  }

  #lookBehind(flags: Flags, from: number): Regex {
    const char = this.#scanner.take()
    if (char !== '=' && char !== '!') this.#scanner.fail(`unknown extension ?<${char}`, from)
    this.#groups.lookBehinds += 1
    const look = this.#look(false, char === '!', flags, from)
    this.#groups.lookBehinds -= 1
    return look
  }

  #look(ahead: boolean, negated: boolean, flags: Flags, from: number): Regex {
    return this.#close({ kind: 'look', ahead, negated, body: this.#choice(flags) }, from)
  }

  #flagged(flags: Flags, from: number): Regex {
    this.#scanner.back(from + 2)
    if (!/[a-zA-Z-]/.test(this.#scanner.next)) {
      this.#scanner.fail(`unknown extension ?${this.#scanner.next}`, from)
    }
    const { change, ending } = readFlags(this.#scanner)
    if (ending === ')')
      this.#scanner.fail('flags that are not at the start of the expression', from)
    return this.#close(nested(this.#choice({ ...flags, ...change })), from)
  }

  #close<T extends Regex>(group: T, from: number): T {
    if (!this.#scanner.accept(')')) this.#scanner.fail('missing ), unterminated group', from)
    return group
  }
}

/** A group of its own: `(?:a*)*` repeats a group, not a repetition. */
function nested(body: Regex): Regex {
  return { kind: 'sequence', parts: [body] }
}

function setOf(items: readonly CharItem[], flags: Flags, negated = false): Regex {
  return { kind: 'set', negated, items, ignoreCase: flags.ignoreCase, ascii: flags.ascii }
}
