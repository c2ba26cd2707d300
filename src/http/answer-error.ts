import type { FastifyError, FastifyReply } from 'fastify'
import { ERRORS, reasonOf, ZtpError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/logger.ts'
import { drain } from './drain.ts'
import { sendError } from './switch/send-error.ts'
import { wholeAnswer } from './whole-answer.ts'

/** Turns whatever a handler or Fastify threw into the answer, and into a line of the log. */
export async function answerError(
  error: FastifyError | ZtpError,
  reply: FastifyReply,
  logger: Logger,
): Promise<FastifyReply> {
  if (error instanceof ZtpError) {
    logger[levelOf(error)](withCause(error))
    return sendError(reply, error.code, error.message)
  }
  const { request } = reply
  if (request.raw.destroyed && !request.raw.complete) {
    logger.debug(`${request.clientAddress} ${request.method} ${request.url}: the client went away`)
    return sendError(reply, 'ZTP_BAD_REQUEST', 'the request ended before its body did')
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    await drain(request.raw)
    const sentence = 'the request body is too large; see [limits] of the configuration'
    return sendError(reply, 'ZTP_BODY_TOO_LARGE', sentence)
  }
  if (error.statusCode !== undefined && error.statusCode < 500) {
    return sendError(reply, 'ZTP_BAD_REQUEST', error.message)
  }
  logger.error(`${request.method} ${request.url}: ${error.stack ?? reasonOf(error)}`)
  return sendError(reply, 'ZTP_INTERNAL', 'the server failed to answer; its log has the reason')
}

/** What nobody but the client can mend is not the operator's business. */
function levelOf({ code, cause }: ZtpError): 'error' | 'warn' | 'debug' {
  const { http } = ERRORS[code]
  if (http >= 500) return 'error'
  return http === 400 || cause !== undefined ? 'warn' : 'debug'
}

function withCause({ code, message, cause }: ZtpError): string {
  // From 500 up the message has the cause in words already.
  return cause === undefined || ERRORS[code].http >= 500
    ? message
    : `${message}: ${reasonOf(cause)}`
}

/** A request so broken that there is no reply object: its status by the parser's error. */
const BROKEN: Readonly<Record<string, { readonly status: string; readonly sentence: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    sentence: 'the request took too long to arrive',
  },
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    sentence: 'the request line and headers are too large; see [limits] of the configuration',
  },
}
const MALFORMED = { status: '400 Bad Request', sentence: 'this is not an HTTP request' }

/** The whole answer to a request that could not be parsed, as it goes over the wire. */
export function answerToBroken(errno: string | undefined): string {
  const { status, sentence } = BROKEN[errno ?? ''] ?? MALFORMED
  return wholeAnswer(status, sentence)
}
