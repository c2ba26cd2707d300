import { ZtpError } from '../../kernel/errors.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/

/**
 * Whether a definition, or a person, can name the table.
 *
 * @param qualified whether `schema.table` is a name
 */
export function isTableName(name: string, qualified: boolean): boolean {
  const parts = name.split('.')
  return parts.length <= (qualified ? 2 : 1) && parts.every((part) => NAME.test(part))
}

/**
 * Judges the name of a table before anything is asked of a database.
 *
 * @param qualified whether `schema.table` is a name
 * @throws ZtpError ZTP_MISSING_POOL for what is no plain identifier
 */
export function demandTableName(name: string, qualified: boolean): void {
  if (isTableName(name, qualified)) return
  const shown = JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)
  const also = qualified ? ', perhaps with a schema and a dot before it' : ''
  const reason = `${shown} names no pool: a table's name is up to 63 letters, digits and _${also}`
  throw new ZtpError('ZTP_MISSING_POOL', reason)
}
