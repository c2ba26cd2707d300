import { readFile } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { ZtpError } from '../kernel/errors.ts'
import { isErrno, storeFailure } from './disk/failure.ts'

/**
 * Reads a text file that a person named.
 *
 * @returns undefined when there is no such file
 * @throws ZtpError ZTP_STORE_FAILED when it cannot be read
 */
export async function readTextIfAny(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    if (isErrno(thrown, 'ENOENT')) return undefined
    throw storeFailure('read', path, thrown)
  }
}

/** @throws ZtpError ZTP_STORE_FAILED also when there is no such file */
export async function readText(path: string): Promise<string> {
  const text = await readTextIfAny(path)
  if (text === undefined) throw new ZtpError('ZTP_STORE_FAILED', `${path} does not exist`)
  return text
}

/** Everything that a stream brings, as text. */
export async function readStream(stream: Readable): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}
