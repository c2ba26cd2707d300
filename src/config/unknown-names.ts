import type { Diagnostic } from '../kernel/diagnostic.ts'
import { DEFAULTS_SECTION, type IniEntry, type IniFile, type IniSection } from './ini.ts'
import { didYouMean } from './nearest.ts'
import { type Option, optionRows } from './options.ts'

/** Warnings for the sections and keys of a file that are no settings. */
export function unknownNames(ini: IniFile, file: string): readonly Diagnostic[] {
  const sections = [...ini.sections.values()]
  return [
    ...sections.flatMap((section) => inSection(section, file)),
    ...[...ini.defaults.values()].flatMap((entry) => inDefaults(entry, ini, file)),
  ]
}

function inSection(section: IniSection, file: string): readonly Diagnostic[] {
  const keys = keysOf(section.name)
  if (keys.length === 0) {
    const names = new Set(optionRows().map((option) => option.section))
    const message = `[${section.name}] is no section of the configuration${didYouMean(section.name, names)}`
    return [warning('ZTP_UNKNOWN_SECTION', section, file, message)]
  }
  return [...section.entries.values()]
    .filter((entry) => !keys.includes(entry.key))
    .map((entry) => {
      const message = `[${section.name}] has no setting '${entry.key}'${hint(entry.key, section.name)}`
      return warning('ZTP_UNKNOWN_SETTING', entry, file, message)
    })
}

/** The sections that do have the key, or the nearest key of this one. */
function hint(key: string, section: string): string {
  const homes = optionRows().filter((option) => option.key === key)
  if (homes.length > 0) {
    return `; it belongs into ${homes.map((option) => `[${option.section}]`).join(' or ')}`
  }
  return didYouMean(key, keysOf(section))
}

/** Python's `[DEFAULT]` is not our `[default]`: it only lends its entries to sections that stand in the file. */
function inDefaults(entry: IniEntry, ini: IniFile, file: string): readonly Diagnostic[] {
  const reaches = (option: Option) => option.key === entry.key && ini.sections.has(option.section)
  if (optionRows().some(reaches)) return []
  const message = `[${DEFAULTS_SECTION}] ${entry.key} sets nothing; did you mean [default]?`
  return [warning('ZTP_UNKNOWN_SETTING', entry, file, message)]
}

function keysOf(section: string): readonly string[] {
  return optionRows()
    .filter((option) => option.section === section)
    .map((option) => option.key)
}

function warning(
  code: string,
  place: Pick<IniEntry, 'line' | 'column' | 'source'>,
  file: string,
  message: string,
): Diagnostic {
  const { line, column, source } = place
  return { code, severity: 'warning', file, line, column, source, message }
}
