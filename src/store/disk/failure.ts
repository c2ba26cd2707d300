import { dirname } from 'node:path'
import { reasonOf, ZtpError } from '../../kernel/errors.ts'

/** Whether the thrown thing is the operating system's error of one of these names. */
export function isErrno(thrown: unknown, ...codes: readonly string[]): boolean {
  const code = errnoOf(thrown)
  return code !== undefined && codes.includes(code)
}

/** @returns undefined for what is no error of the operating system: ours have codes too */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || thrown instanceof ZtpError || !('code' in thrown)) {
    return undefined
  }
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

/** `append to` a file that is there, or is made; the others make files anew. */
type Doing = 'read' | 'write' | 'append to' | 'create'

/**
 * A ZTP_STORE_FAILED that names the path and what would help.
 *
 * @param doing what was attempted
 * @param thrown the system's error; anything else, a ZtpError or a fault of ours, stays as it is
 */
export function storeFailure(doing: Doing, path: string, thrown: unknown): Error {
  if (errnoOf(thrown) === undefined) {
    return thrown instanceof Error ? thrown : new Error(reasonOf(thrown))
  }
  const message = `cannot ${doing} ${path}: ${why(doing, path, thrown)}`
  return new ZtpError('ZTP_STORE_FAILED', message, thrown)
}

function why(doing: Doing, path: string, thrown: unknown): string {
  const known = CAUSES[errnoOf(thrown) ?? '']
  if (known !== undefined) return known
  if (isErrno(thrown, 'EACCES', 'EPERM')) return missingPermission(doing, path)
  return reasonOf(thrown)
}

/** The permission that the server's user would need. */
function missingPermission(doing: Doing, path: string): string {
  return `permission denied; the server's user needs ${NEEDS[doing](path)}`
}

const NEEDS: Readonly<Record<Doing, (path: string) => string>> = {
  read: () => 'read permission on it, and search permission on the folders above',
  write: onFolder,
  create: onFolder,
  'append to': (path) => `write permission on it or, where it is not there, ${onFolder(path)}`,
}

function onFolder(path: string): string {
  return `write and search permission on the folder ${dirname(path)}`
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  ELOOP: 'symbolic links lead in a circle',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'something else has the name',
  EISDIR: 'it is a folder where a file should be',
  EMFILE: 'too many open files; raise the limit (ulimit -n)',
  EIO: 'the device reports an input/output error',
}
