import type { FastifyReply } from 'fastify'
import { ERRORS, type ErrorCode } from '../../kernel/errors.ts'
import type { Refusal } from '../../provision/refusal.ts'
import { HTML } from './content-types.ts'
import { errorPage } from './error-page.ts'

/** Answers with a coded error: the one place where a code becomes a status and a body. */
export function sendError(reply: FastifyReply, code: ErrorCode, sentence: string): FastifyReply {
  return sendSentence(reply, ERRORS[code].http, sentence)
}

/**
 * Answers what a use case refused. The URLs of nodes know no 5xx: whatever fails there is 400, the
 * one failure that deployed scripts expect (server.md, "Status codes").
 */
export function sendRefusal(reply: FastifyReply, { code, reason }: Refusal): FastifyReply {
  const { http } = ERRORS[code]
  return sendSentence(reply, http < 500 ? http : 400, reason)
}

function sendSentence(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply.code(status).type(HTML).send(errorPage(sentence))
}
