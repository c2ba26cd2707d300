import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'

const SUFFIX = '.ztps-tmp'

/** Room for the rest of a temporary's name within the 255 bytes of a file name. */
const LONGEST_STEM = 180

/** A name beside the path that no other process or call uses, hidden from listings. */
export function temporaryBeside(path: string): string {
  const stem = Buffer.from(basename(path)).subarray(0, LONGEST_STEM).toString('utf8')
  return join(dirname(path), `.${stem}.${uniqueMark()}${SUFFIX}`)
}

/** Whether a file was left by a process that died while it replaced another. */
export function isTemporary(name: string): boolean {
  return name.startsWith('.') && name.endsWith(SUFFIX)
}

/** Process id and chance: for a person who looks, and for uniqueness. */
export function uniqueMark(): string {
  return `${process.pid}-${randomBytes(6).toString('hex')}`
}
