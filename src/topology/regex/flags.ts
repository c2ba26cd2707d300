import type { Scanner } from './scanner.ts'
import type { Flags } from './syntax.ts'

/** What `(?i-s` and the like change. */
export type FlagChange = {
  readonly change: Partial<Flags>
  /** `)` ends flags for the whole expression, `:` begins a group that they are for. */
  readonly ending: ')' | ':'
}

const KEYS: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  x: 'verbose',
}

/** Reads the flags of a group from the first one, or from the `-`, up to `)` or `:`. */
export function readFlags(scanner: Scanner): FlagChange {
  const added = readLetters(scanner)
  if (added.includes('a') && added.includes('u'))
    scanner.fail("flags 'a' and 'u' exclude each other")
  if (scanner.accept(')')) return { change: changeOf(added, ''), ending: ')' }
  const removed = scanner.accept('-') ? readLetters(scanner) : undefined
  if (removed === '') scanner.fail('missing flag')
  if (removed !== undefined && /[au]/.test(removed)) {
    scanner.fail("flags 'a' and 'u' cannot be turned off")
  }
  if (removed !== undefined && [...removed].some((flag) => added.includes(flag))) {
    scanner.fail('flag turned on and off')
  }
  if (!scanner.accept(':')) scanner.fail('missing : after flags')
  return { change: changeOf(added, removed ?? ''), ending: ':' }
}

function readLetters(scanner: Scanner): string {
  const letters = scanner.takeWhile((char) => /^[A-Za-z]$/.test(char))
  const unknown = [...letters].find((flag) => !/^[imsxau]$/.test(flag))
  if (unknown !== undefined) scanner.fail(`unknown flag '${unknown}'`)
  return letters
}

function changeOf(added: string, removed: string): Partial<Flags> {
  const change = new Map<keyof Flags, boolean>()
  for (const [letter, key] of Object.entries(KEYS)) {
    if (added.includes(letter)) change.set(key, true)
    if (removed.includes(letter)) change.set(key, false)
  }
  if (added.includes('a')) change.set('ascii', true)
  if (added.includes('u')) change.set('ascii', false)
  return Object.fromEntries(change)
}
