import type { Readable } from 'node:stream'
import send from '@fastify/send'
import type { FastifyReply } from 'fastify'
import { ZtpError } from '../../kernel/errors.ts'
import { type Exchange, parameter } from './route.ts'
import { sendError } from './send-error.ts'
import type { ServedFile, ServedFolder } from './service.ts'

/** Large reads halve the cost of a gigabyte against Node's 64 KiB (bench/README.md). */
const CHUNK_BYTES = 1024 * 1024

/**
 * Streams the file that the path names, whole or in part.
 *
 * @throws ZtpError ZTP_NOT_FOUND, ZTP_RANGE
 */
export async function sendFile(
  exchange: Exchange,
  folder: ServedFolder,
  contentType: string,
): Promise<unknown> {
  const { request, reply, service } = exchange
  const name = parameter(request, '*')
  const file = await service.file(folder, name)
  if (file === undefined) throw noSuchFile(folder, name)
  const result = await send(
    request.raw,
    encodeURI(file.path).replace(/[?#]/g, encodeURIComponent),
    {
      root: file.root,
      dotfiles: 'allow',
      index: false,
      cacheControl: false,
      contentType: false,
      highWaterMark: CHUNK_BYTES,
    },
  )
  if (result.statusCode === 416) return refuseRange(reply, result.headers, file)
  if (result.type !== 'file') throw noSuchFile(folder, name)
  destroyIfCutShort(reply, result.stream, Number(result.headers['Content-Length']))
  return reply.code(result.statusCode).headers(result.headers).type(contentType).send(result.stream)
}

/** The answer to a name that is no regular file inside its folder, whatever the cause. */
export function noSuchFile(folder: ServedFolder, name: string): ZtpError {
  return new ZtpError('ZTP_NOT_FOUND', `there is no file ${folder}/${name.slice(0, 200)}`)
}

function refuseRange(
  reply: FastifyReply,
  headers: Readonly<Record<string, string>>,
  file: ServedFile,
): FastifyReply {
  const range = headers['Content-Range']
  if (range !== undefined) reply.header('content-range', range)
  return sendError(reply, 'ZTP_RANGE', `the range asked for lies outside ${file.path}`)
}

/** A file that shrank meanwhile ends the connection: the switch must not take it for whole. */
function destroyIfCutShort(reply: FastifyReply, stream: Readable, expected: number): void {
  let sent = 0
  stream.on('data', (chunk: Buffer) => {
    sent += chunk.length
  })
  stream.on('end', () => {
    if (sent < expected) reply.raw.destroy()
  })
}
