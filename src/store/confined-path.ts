import { join } from 'node:path'

/** What Linux file systems take, in bytes. */
const LONGEST_NAME = 255
const LONGEST_PATH = 4095

/**
 * The one function that turns text from outside into a path.
 *
 * Only the text is judged: a symbolic link inside the folder is the operator's and is followed.
 *
 * @param folder what the path must stay under; trusted
 * @param untrusted decoded text with `/` between segments, or the segments themselves
 * @returns undefined for a text that names nothing under the folder: an empty, `.` or `..` segment
 *   (so an absolute path too), a NUL, a back-slash, a name that no file system takes
 */
export function confine(folder: string, untrusted: string | readonly string[]): string | undefined {
  const segments = typeof untrusted === 'string' ? untrusted.split('/') : untrusted
  if (segments.length === 0 || !segments.every(isPlainName)) return undefined
  const path = join(folder, ...segments)
  return Buffer.byteLength(path) > LONGEST_PATH ? undefined : path
}

function isPlainName(segment: string): boolean {
  if (segment === '' || segment === '.' || segment === '..') return false
  if (/[/\\\0\p{Surrogate}]/u.test(segment)) return false
  return segment.length <= LONGEST_NAME && Buffer.byteLength(segment) <= LONGEST_NAME
}
