import { parseDatabaseUrl } from './database-url.ts'
import { parseDuration, parseSize } from './quantity.ts'
import { isServerUrl } from './server-url.ts'

/** What the value of an option may be, and how its text becomes one. */
export type OptionType<T> = {
  /** One word for the reference page. */
  readonly name: string
  /** Ends the sentence "it takes …". */
  readonly accepts: string
  /** @returns undefined when the text is not such a value */
  parse(text: string): T | undefined
  /** Values are not to be shown: they have passwords in them. */
  readonly secret?: true
}

export const text: OptionType<string> = {
  name: 'text',
  accepts: 'any text',
  parse: (value) => value,
}

export const path: OptionType<string> = {
  name: 'path',
  accepts: 'the path of a file or folder',
  parse: (value) => (value === '' || /[\0\n]/.test(value) ? undefined : value),
}

/** A path that may be left empty, for none. */
export const optionalPath: OptionType<string> = {
  ...path,
  accepts: 'the path of a file, or nothing',
  parse: (value) => (value === '' ? value : path.parse(value)),
}

/** A file inside a folder that the server chooses: never a way out of it. */
export const filename: OptionType<string> = {
  name: 'file name',
  accepts: "a file name without '..', back-slashes or a leading '/'",
  parse: (value) => (isConfined(value) ? value : undefined),
}

function isConfined(value: string): boolean {
  if (/[\0\n\\]/.test(value)) return false
  return value.split('/').every((segment) => !['', '.', '..'].includes(segment))
}

export const url: OptionType<string> = {
  name: 'URL',
  accepts: 'a URL such as http://ztpserver:8080 or https://10.0.0.1/ztpserver',
  parse: (value) => (isServerUrl(value) ? value : undefined),
}

/** A path of a URL, as a location of a front server. */
export const urlPath: OptionType<string> = {
  name: 'URL path',
  accepts: "a path such as /ztpserver-data: letters, digits and '/._~-', with a leading '/'",
  parse: (value) => (/^(\/[\w.~-]+)+\/?$/.test(value) ? value : undefined),
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['yes', 'true', '1', 'on'].map((word) => [word, true] as const),
  ...['no', 'false', '0', 'off'].map((word) => [word, false] as const),
])

export const bool: OptionType<boolean> = {
  name: 'boolean',
  accepts: 'yes or no, true or false, 1 or 0, on or off',
  parse: (value) => BOOLEANS.get(value.toLowerCase()),
}

export function integer(least: number, most: number): OptionType<number> {
  return {
    name: 'number',
    accepts: `a whole number from ${least} to ${most}`,
    parse: (value) => between(/^\d{1,15}$/.test(value) ? Number(value) : undefined, least, most),
  }
}

/** Bytes, from 1 to 1 GiB. */
export const size: OptionType<number> = {
  name: 'size',
  accepts: 'a size such as 512 KiB or 10 MiB, up to 1 GiB',
  parse: (value) => between(parseSize(value), 1, 1024 ** 3),
}

/** Milliseconds, from 1 to a day. */
export const duration: OptionType<number> = {
  name: 'duration',
  accepts: 'a time such as 500 ms, 30 s or 5 min, up to 1 d',
  parse: (value) => between(parseDuration(value), 1, 86_400_000),
}

function between(value: number | undefined, least: number, most: number): number | undefined {
  return value !== undefined && value >= least && value <= most ? value : undefined
}

/** Permissions of a file, as chmod takes them; never for running it. */
export const fileMode: OptionType<number> = {
  name: 'permissions',
  accepts: 'permissions such as 0660 or 0666: three octal digits, perhaps after a 0',
  parse: (value) => (/^0?[0-7]{3}$/.test(value) ? Number.parseInt(value, 8) : undefined),
}

/** A number of processes; `auto`, or 0, for as many as there are processors. */
export const processes: OptionType<number> = {
  name: 'processes',
  accepts: 'a whole number up to 256, or auto',
  parse: (value) => (value.toLowerCase() === 'auto' ? 0 : integer(0, 256).parse(value)),
}

/** One of a few words, in any case. */
export function oneOf<const Word extends string>(words: readonly Word[]): OptionType<Word> {
  return {
    name: 'word',
    accepts: words.join(' or '),
    parse: (value) => words.find((word) => word === value.toLowerCase()),
  }
}

/** How to reach a database server; nothing for none. */
export function databaseUrl(kind: 'postgres' | 'mysql'): OptionType<string> {
  return {
    name: 'database URL',
    accepts: `a URL such as ${kind}://USER:PASSWORD@HOST/DATABASE`,
    parse: (value) =>
      value === '' || parseDatabaseUrl(value, kind) !== undefined ? value : undefined,
    secret: true,
  }
}
