import type { FastifyReply } from 'fastify'
import { ERRORS, type ErrorCode } from '../../kernel/errors.ts'
import type { Refusal } from '../../provision/refusal.ts'
import { HTML } from './content-types.ts'
import { errorPage } from './error-page.ts'

/** Answers with a coded error: the one place where a code becomes a status and a body. */
export function sendError(reply: FastifyReply, code: ErrorCode, sentence: string): FastifyReply {
  return reply.code(ERRORS[code].http).type(HTML).send(errorPage(sentence))
}

export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return sendError(reply, refusal.code, refusal.reason)
}
