import type { FastifyInstance } from 'fastify'
import type { HandOver } from './hand-over.ts'
import type { BodyLimits } from './route.ts'
import { methodsOf, ROUTES } from './routes.ts'
import { sendError } from './send-error.ts'
import type { SwitchService } from './service.ts'

/** Puts the switch-facing routes on a Fastify instance; HEAD comes with every GET. */
export function addSwitchRoutes(
  app: FastifyInstance,
  service: SwitchService,
  limits: BodyLimits,
  handOver: HandOver,
): void {
  for (const { method, path, bodyLimit, handle } of ROUTES) {
    app.route({
      method,
      url: path,
      ...(bodyLimit === undefined ? {} : { bodyLimit: bodyLimit(limits) }),
      handler: (request, reply) => handle({ request, reply, service, handOver }),
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url)
    if (methods.length === 0) {
      return sendError(reply, 'ZTP_NOT_FOUND', `nothing is served at ${request.url.slice(0, 200)}`)
    }
    const allowed = methods.join(', ')
    reply.header('allow', allowed)
    return sendError(
      reply,
      'ZTP_METHOD_NOT_ALLOWED',
      `${request.method} is not for this URL; it takes ${allowed}`,
    )
  })
}
