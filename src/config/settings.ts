import { type Diagnostic, hasErrors } from '../kernel/diagnostic.ts'
import { type IniFile, parseIni } from './ini.ts'
import { optionRows, type Settings } from './options.ts'
import { type Environment, findWritten, readOption } from './read-option.ts'
import { unknownNames } from './unknown-names.ts'

export type SettingsSource = {
  /** The content of the configuration file; undefined when there is none. */
  readonly text?: string | undefined
  /** Its path, for the diagnostics. */
  readonly file: string
  readonly environment: Environment
  /** Values that the command line, or an embedding program, has set; they beat all others. */
  readonly flags?: Partial<Settings>
}

export type SettingsReading = {
  /** Undefined when there is an error among the diagnostics. */
  readonly settings: Settings | undefined
  readonly diagnostics: readonly Diagnostic[]
}

const NOTHING: IniFile = { sections: new Map(), defaults: new Map() }

/**
 * The settings: for each the flag, else the environment variable, else the file, else the default
 * (server.md, "Global configuration").
 *
 * A value that an option does not take is an error that names file, section, key, value and what it
 * takes; sections and keys that no option has are warnings.
 */
export function readSettings(from: SettingsSource): SettingsReading {
  const { text = '', file, environment, flags } = from
  const { value: ini = NOTHING, diagnostics: syntax } = parseIni(text, file)
  const readings = optionRows().map((option) => {
    const reading = readOption(option, findWritten(option, ini, file, environment))
    return { name: option.name, ...reading }
  })
  const values = readings.flatMap((reading) => reading.diagnostics)
  const diagnostics = [...syntax, ...unknownNames(ini, file), ...values]
  if (hasErrors(diagnostics)) return { settings: undefined, diagnostics }
  const settings = Object.fromEntries(readings.map(({ name, value }) => [name, value]))
  // Object.fromEntries forgets names and types: both are those of the table's rows.
  return { settings: { ...(settings as Settings), ...flags }, diagnostics }
}
