import type { Diagnostic, Parsed } from '../kernel/diagnostic.ts'
import { indentOf, strip, stripEnd } from './python-space.ts'

/** One `key = value` of a file. */
export type IniEntry = {
  /** Lower case: keys do not depend on case. */
  readonly key: string
  /** Continuation lines joined by newlines; `%` is an ordinary character. */
  readonly value: string
  /** 1-based, where the key stands. */
  readonly line: number
  readonly column: number
  /** The line as it stands in the file. */
  readonly source: string
}

export type IniSection = {
  /** As written: section names depend on case. */
  readonly name: string
  readonly line: number
  readonly column: number
  readonly source: string
  /** By key; of duplicate keys the last. */
  readonly entries: ReadonlyMap<string, IniEntry>
}

export type IniFile = {
  /** By name, in the file's order; sections of one name are one section. */
  readonly sections: ReadonlyMap<string, IniSection>
  /** The entries of `[DEFAULT]`, which every section of the file has too unless it has its own. */
  readonly defaults: ReadonlyMap<string, IniEntry>
}

type Draft = Omit<IniEntry, 'value'> & { readonly values: string[] }
type DraftSection = Omit<IniSection, 'entries'> & { readonly entries: Map<string, Draft> }
type Line = { readonly text: string; readonly number: number }

/** The section whose entries Python's parser gives to all others. */
export const DEFAULTS_SECTION = 'DEFAULT'

/**
 * Reads an INI file as Python's `configparser.RawConfigParser(strict=False)` does, with places.
 *
 * What Python refuses (a key without `=` or `:`, an entry before the first section) is an error;
 * duplicates, which it refuses only when strict, are merged with a warning. A byte-order mark is
 * skipped. Whatever could be read is the value, errors or not.
 *
 * @param text the file's content
 * @param file its path, for the diagnostics
 */
export function parseIni(text: string, file: string): Parsed<IniFile> {
  const reader = new IniReader(file)
  text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .forEach((line, index) => {
      reader.take({ text: line, number: index + 1 })
    })
  return reader.finish()
}

/**
 * The entry that a section has, its own or that of `[DEFAULT]`.
 *
 * @returns undefined when it has none, or when the file has no such section
 */
export function findEntry(ini: IniFile, section: string, key: string): IniEntry | undefined {
  const found = ini.sections.get(section)
  return found && (found.entries.get(key) ?? ini.defaults.get(key))
}

/** One pass over the lines; the state names follow Python's parser. */
class IniReader {
  readonly #file: string
  readonly #sections = new Map<string, DraftSection>()
  readonly #diagnostics: Diagnostic[] = []
  #section: DraftSection | undefined
  #entry: Draft | undefined
  #indent = 0
  #headerMissed = false

  constructor(file: string) {
    this.#file = file
  }

  take(line: Line): void {
    const content = strip(line.text)
    if (/^[#;]/.test(content)) return
    if (content === '') {
      this.#entry?.values.push('')
      return
    }
    const indent = indentOf(line.text)
    if (this.#entry !== undefined && indent > this.#indent) {
      this.#entry.values.push(content)
      return
    }
    this.#indent = indent
    this.#header(content, line) || this.#pair(content, line)
  }

  finish(): Parsed<IniFile> {
    const finished = [...this.#sections.values()].map(finishSection)
    const named = finished.filter((each) => each.name !== DEFAULTS_SECTION)
    const defaults = finished.find((each) => each.name === DEFAULTS_SECTION)?.entries ?? new Map()
    const sections = new Map(named.map((each) => [each.name, each]))
    return { value: { sections, defaults }, diagnostics: this.#diagnostics }
  }

  #header(content: string, line: Line): boolean {
    const name = /^\[([^\n]+)\]/.exec(content)?.[1]
    if (name === undefined) return false
    const known = this.#sections.get(name)
    if (known !== undefined) {
      const message = `section [${name}] stands in line ${known.line} already: the two are read as one`
      this.#report('ZTP_DUPLICATE_SECTION', 'warning', line, message)
    }
    this.#section = known ?? { ...placeOf(line), name, entries: new Map() }
    this.#sections.set(name, this.#section)
    this.#entry = undefined
    return true
  }

  #pair(content: string, line: Line): void {
    if (this.#section === undefined) {
      this.#missHeader(line)
      return
    }
    const pair = /^([^=:]*)[=:]([^\n]*)$/.exec(content)
    const key = strip(pair?.[1] ?? '').toLowerCase()
    if (pair === null || key === '') {
      const message = `'${content}' is no setting: write 'key = value', '[section]' or '# comment'`
      this.#report('ZTP_INVALID_INI', 'error', line, message)
      return
    }
    const entry = { ...placeOf(line), key, values: [strip(pair[2] ?? '')] }
    this.#warnOfDuplicate(this.#section, key, line)
    this.#section.entries.set(key, entry)
    this.#entry = entry
  }

  #missHeader(line: Line): void {
    if (this.#headerMissed) return
    this.#headerMissed = true
    const message = 'a setting before the first section: put a line such as [default] above it'
    this.#report('ZTP_INVALID_INI', 'error', line, message)
  }

  #warnOfDuplicate(section: DraftSection, key: string, line: Line): void {
    const first = section.entries.get(key)
    if (first === undefined) return
    const message = `[${section.name}] ${key} stands in line ${first.line} already: this line wins`
    this.#report('ZTP_DUPLICATE_SETTING', 'warning', line, message)
  }

  #report(code: string, severity: 'error' | 'warning', line: Line, message: string): void {
    this.#diagnostics.push({ code, severity, file: this.#file, ...placeOf(line), message })
  }
}

function placeOf({ text, number }: Line): Pick<IniEntry, 'line' | 'column' | 'source'> {
  return { line: number, column: indentOf(text) + 1, source: text }
}

function finishSection({ entries, ...section }: DraftSection): IniSection {
  const finished = [...entries].map(([key, { values, ...entry }]) => {
    return [key, { ...entry, value: stripEnd(values.join('\n')) }] as const
  })
  return { ...section, entries: new Map(finished) }
}
