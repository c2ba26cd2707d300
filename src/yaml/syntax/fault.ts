import type { Place } from '../document.ts'

/** What reading YAML can find wrong; the codes of its diagnostics. */
export type YamlProblemCode =
  | 'ZTP_YAML_SYNTAX'
  | 'ZTP_YAML_VALUE'
  | 'ZTP_YAML_ALIAS'
  | 'ZTP_YAML_TOO_DEEP'
  | 'ZTP_DUPLICATE_KEY'
  | 'ZTP_FILE_TOO_LARGE'
  | 'ZTP_NOT_UTF8'

/**
 * Ends a parse at the first error of syntax, after which nothing that follows can be trusted.
 *
 * Never leaves this folder: parseYaml makes a diagnostic of it.
 */
export class YamlFault extends Error {
  override readonly name = 'YamlFault'
  readonly place: Place
  readonly code: YamlProblemCode

  constructor(place: Place, message: string, code: YamlProblemCode = 'ZTP_YAML_SYNTAX') {
    super(message)
    this.place = place
    this.code = code
  }
}
