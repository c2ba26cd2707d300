import type { Diagnostic } from '../kernel/diagnostic.ts'
import { findEntry, type IniFile } from './ini.ts'
import type { Option } from './options.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A value as somebody wrote it, and where. */
export type Written = {
  readonly text: string
  /** The words for it in a message. */
  readonly name: string
  readonly place: Pick<Diagnostic, 'file' | 'line' | 'column' | 'source'>
}

/** What an option's value came to. Undefined only with an error. */
export type OptionReading = {
  readonly value: unknown
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * What was written for an option: in the environment, else in the file.
 *
 * @returns undefined when its default applies; an empty variable counts as unset
 */
export function findWritten(
  option: Option,
  ini: IniFile,
  file: string,
  environment: Environment,
): Written | undefined {
  const { section, key, environment: variable = '' } = option
  const override = environment[variable]
  if (override) {
    const place = { file: 'environment', line: 1, column: 1 }
    return { text: override, name: `${variable} ([${section}] ${key})`, place }
  }
  const entry = findEntry(ini, section, key)
  if (entry === undefined) return undefined
  const { line, column, source } = entry
  return { text: entry.value, name: `[${section}] ${key}`, place: { file, line, column, source } }
}

/** Turns what was written into the option's value; nothing written gives its default. */
export function readOption(option: Option, written: Written | undefined): OptionReading {
  const { type, aliases = {} } = option
  if (written === undefined) return { value: type.parse(option.default), diagnostics: [] }
  const { text, name, place } = written
  const alias = Object.entries(aliases).find(([each]) => each === text.toLowerCase())?.[1]
  const value = type.parse(alias ?? text)
  if (value === undefined) {
    const message = `${name} = ${type.secret ? '…' : `'${text}'`} is not valid: it takes ${type.accepts}`
    const code = 'ZTP_BAD_CONFIGURATION'
    const { source, ...shown } = place
    const where = type.secret || source === undefined ? shown : place
    return { value, diagnostics: [{ code, severity: 'error', ...where, message }] }
  }
  if (alias === undefined) return { value, diagnostics: [] }
  const message = `${name} = '${text}' is read as '${alias}': write it so`
  const code = 'ZTP_MISSPELT_VALUE'
  return { value, diagnostics: [{ code, severity: 'warning', ...place, message }] }
}
