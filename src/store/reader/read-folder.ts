import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Parsed } from '../../kernel/diagnostic.ts'
import { ZtpError } from '../../kernel/errors.ts'
import { DEFAULT_LIMITS } from '../../yaml/limits.ts'
import { decodeUtf8 } from '../../yaml/utf8.ts'
import { isErrno, storeFailure } from '../disk/failure.ts'
import { danglingLink } from '../disk/link-target.ts'
import { isRacy, stampText } from '../disk/stamp.ts'
import { hasFolder } from '../nodes/folder-state.ts'
import { FILES } from '../nodes/node-paths.ts'
import { isThere } from './look.ts'
import { type FileAnswer, type FolderContent, type FolderQuestion, READ_KINDS } from './messages.ts'

// Synchronous where nothing is wrong: this runs in the reader worker.

const BIGINT = { bigint: true } as const
/** Opening a pipe is not to wait for its writer. */
const READ_ONLY = constants.O_RDONLY | constants.O_NONBLOCK

/**
 * Reads what a node's folder holds, links followed; of files with a known stamp only the stamp.
 *
 * @param now ms since 1970, before the call
 * @returns undefined when there is no such folder
 * @throws ZtpError as hasFolder does; ZTP_STORE_FAILED
 */
export async function readFolder(
  question: FolderQuestion,
  now: number,
): Promise<FolderContent | undefined> {
  const { folder } = question
  // One listing is cheaper than failing to find the files that most nodes do not have.
  const names = await namesIn(folder)
  if (names === undefined) return undefined
  return {
    files: await readFiles(question, names, now),
    hasStartupConfig:
      names.includes(FILES.startupConfig) && isThere(join(folder, FILES.startupConfig)),
  }
}

const ATTEMPTS = 10

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return readdirSync(folder)
    } catch (thrown) {
      if (!(await hasFolder(folder))) return undefined
      // It may have appeared between the two looks.
      if (isErrno(thrown, 'ENOENT') && attempt < ATTEMPTS) continue
      throw storeFailure('read', folder, thrown)
    }
  }
}

async function readFiles(
  { folder, known }: FolderQuestion,
  names: readonly string[],
  now: number,
): Promise<FolderContent['files']> {
  const files: Partial<Record<keyof typeof known, FileAnswer>> = {}
  for (const kind of READ_KINDS) {
    if (!names.includes(FILES[kind])) continue
    const path = join(folder, FILES[kind])
    try {
      files[kind] = readFile(path, known[kind], now)
    } catch (thrown) {
      const reason = await whyUnreadable(path, thrown)
      if (reason !== undefined) files[kind] = { unreadable: reason }
    }
  }
  return files
}

function readFile(path: string, known: string | undefined, now: number): FileAnswer {
  if (known !== undefined && stampText(statSync(path, BIGINT)) === known) return 'same'
  const file = openSync(path, READ_ONLY)
  try {
    // From before the first byte: a change meanwhile shows as another stamp at the next look.
    const stats = fstatSync(file, BIGINT)
    if (!stats.isFile() && !stats.isDirectory()) {
      throw new ZtpError('ZTP_STORE_FAILED', `cannot read ${path}: it is no regular file`)
    }
    const stamp = isRacy(stats, now) ? undefined : stampText(stats)
    if (stats.size > DEFAULT_LIMITS.maxSize) return { text: tooLarge(path), stamp, bytes: 0 }
    const bytes = readFileSync(file)
    return { text: decodeUtf8(bytes, path), stamp, bytes: bytes.length }
  } finally {
    closeSync(file)
  }
}

function tooLarge(file: string): Parsed<string> {
  const message = `the file is larger than ${DEFAULT_LIMITS.maxSize} bytes, the most that is read`
  const place = { file, line: 1, column: 1 }
  return {
    value: undefined,
    diagnostics: [{ code: 'ZTP_FILE_TOO_LARGE', severity: 'error', ...place, message }],
  }
}

/** A link that leads nowhere is a mistake to tell. @returns undefined for a file that vanished */
async function whyUnreadable(path: string, thrown: unknown): Promise<string | undefined> {
  if (isErrno(thrown, 'ENOENT', 'ENOTDIR')) return danglingLink(path)
  const failure = storeFailure('read', path, thrown)
  if (failure instanceof ZtpError) return failure.message
  throw failure
}
