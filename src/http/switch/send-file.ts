import type { IncomingMessage } from 'node:http'
import send from '@fastify/send'
import type { FastifyReply } from 'fastify'
import { ZtpError } from '../../kernel/errors.ts'
import type { FilePart, ServedFile, ServedFolder } from '../../provision/served-file.ts'
import { type Exchange, parameter } from './route.ts'
import { sendError } from './send-error.ts'
import type { WritePart } from './service.ts'
import { wantsWhole } from './wants-whole.ts'

type Headers = Readonly<Record<string, string>>

/**
 * Sends the file that the path names, whole or in part, or has the front server send it.
 *
 * @throws ZtpError ZTP_NOT_FOUND, ZTP_RANGE
 */
export async function sendFile(
  exchange: Exchange,
  folder: ServedFolder,
  contentType: string,
): Promise<unknown> {
  const { request, reply, service, handOver } = exchange
  const name = parameter(request, '*')
  const file = await service.file(folder, name)
  if (file === undefined) throw noSuchFile(folder, name)
  const elsewhere = handOver(request.raw, folder, file)
  if (elsewhere !== undefined) {
    reply.headers({ ...(await validators(request.raw, file)), ...elsewhere })
    return reply.type(contentType).send('')
  }
  if (file.content !== undefined && wantsWhole(request.raw)) {
    const headers = await headersOfWhole(request.raw, file, file.content)
    if (headers !== undefined) return reply.headers(headers).type(contentType).send(file.content)
  }
  const outcome = await negotiate(request.raw, file)
  const { statusCode, headers } = outcome
  if (statusCode === 416) return refuseRange(reply, headers, file)
  if (statusCode === 412) return sendError(reply, 'ZTP_PRECONDITION', `${file.path} has changed`)
  if (outcome.type !== 'file') throw noSuchFile(folder, name)
  const hasBody = request.method !== 'HEAD' && statusCode !== 304
  const part = hasBody ? partOf(headers, outcome.metadata.stat) : undefined
  const write = part && (await openPart(exchange, file, part, folder))
  // Replaced this very moment: the headers are to be those of the new file.
  if (part !== undefined && write === undefined) return sendFile(exchange, folder, contentType)
  reply.code(statusCode).headers(headers).type(contentType)
  return sendPart(reply, write)
}

/**
 * @throws ZtpError ZTP_NOT_FOUND with the reason: what stat finds, open may refuse. ZTP_STORE_FAILED
 *   where the server is at fault: a switch would take 404 for the last word
 */
async function openPart(
  { service }: Exchange,
  file: ServedFile,
  part: FilePart,
  folder: ServedFolder,
): Promise<WritePart | undefined> {
  try {
    return await service.openFile(file, part)
  } catch (thrown) {
    if (thrown instanceof ZtpError) throw thrown
    throw noSuchFile(folder, file.path, thrown)
  }
}

/** The answer to a name that is no regular file inside its folder, whatever the cause. */
export function noSuchFile(folder: ServedFolder, name: string, cause?: unknown): ZtpError {
  return new ZtpError('ZTP_NOT_FOUND', `there is no file ${folder}/${name.slice(0, 200)}`, cause)
}

/**
 * Status and headers for a request: ranges, conditions, ETag and Last-Modified are the library's. It
 * is asked as for HEAD, so that it opens nothing: the bytes go a faster way.
 */
function negotiate(request: IncomingMessage, file: ServedFile) {
  const head: IncomingMessage = Object.create(request, { method: { value: 'HEAD' } })
  return send(head, encodeURI(file.path).replace(/[?#]/g, encodeURIComponent), {
    root: file.root,
    dotfiles: 'allow',
    index: false,
    cacheControl: false,
    contentType: false,
  })
}

/** What the next request for a part of the file will be held against, whoever sends it now. */
async function validators(request: IncomingMessage, file: ServedFile): Promise<Headers> {
  const { headers } = await negotiate(request, file)
  const names = ['ETag', 'Last-Modified', 'Accept-Ranges']
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  )
}

/** The headers of a small file's whole content, made once for each content. */
const WHOLE = new WeakMap<Buffer, Headers>()

async function headersOfWhole(
  request: IncomingMessage,
  file: ServedFile,
  content: Buffer,
): Promise<Headers | undefined> {
  const known = WHOLE.get(content)
  if (known !== undefined) return known
  const { statusCode, headers } = await negotiate(request, file)
  // It changed since it was read: the next request has its new content.
  if (statusCode !== 200 || Number(headers['Content-Length']) !== content.length) return undefined
  WHOLE.set(content, headers)
  return headers
}

/** What the headers promise. */
function partOf(headers: Headers, stat: FilePart['expected']): FilePart {
  const start = Number(/^bytes (\d+)-/.exec(headers['Content-Range'] ?? '')?.[1] ?? 0)
  return { start, length: Number(headers['Content-Length']), expected: stat }
}

/**
 * Writes the headers and the part, past Fastify. Whatever prevents the whole of it ends the
 * connection: the switch must not take a part for the whole.
 *
 * @param write undefined where the answer has no body
 */
async function sendPart(reply: FastifyReply, write: WritePart | undefined): Promise<unknown> {
  const { raw } = reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) raw.setHeader(name, value)
  }
  raw.statusCode = reply.statusCode
  try {
    await write?.(raw)
    raw.end()
  } catch {
    raw.destroy()
  }
  return reply
}

function refuseRange(reply: FastifyReply, headers: Headers, file: ServedFile): FastifyReply {
  const range = headers['Content-Range']
  if (range !== undefined) reply.header('content-range', range)
  return sendError(reply, 'ZTP_RANGE', `the range asked for lies outside ${file.path}`)
}
