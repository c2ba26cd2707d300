import type { Readable } from 'node:stream'
import { ZtpError } from '../kernel/errors.ts'
import { readIfAny } from './disk/read-if-any.ts'

/**
 * Reads a text file that a person named.
 *
 * @returns undefined when there is no such file
 * @throws ZtpError ZTP_STORE_FAILED when it cannot be read
 */
export async function readTextIfAny(path: string): Promise<string | undefined> {
  return (await readIfAny(path))?.toString('utf8')
}

/** @throws ZtpError ZTP_STORE_FAILED also when there is no such file */
export async function readText(path: string): Promise<string> {
  return (await readBytes(path)).toString('utf8')
}

/** @throws ZtpError ZTP_STORE_FAILED also when there is no such file */
export async function readBytes(path: string): Promise<Buffer> {
  const bytes = await readIfAny(path)
  if (bytes === undefined) throw new ZtpError('ZTP_STORE_FAILED', `${path} does not exist`)
  return bytes
}

/** Everything that a stream brings, as text. */
export async function readStream(stream: Readable): Promise<string> {
  return (await readStreamBytes(stream)).toString('utf8')
}

export async function readStreamBytes(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
