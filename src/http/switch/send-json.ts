import type { FastifyReply } from 'fastify'
import { JSON_TYPE } from './content-types.ts'

/** Sends JSON text under the bare content type; Fastify would add a charset to a string. */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('content-type', JSON_TYPE).send(Buffer.from(text))
}
