import { nodeOf } from './node-of.ts'
import { bodyOf, type Exchange, type Route } from './route.ts'
import { sendRefusal } from './send-error.ts'

async function report(exchange: Exchange): Promise<unknown> {
  const { request, reply, service } = exchange
  const id = nodeOf(exchange)
  // Loaded with the first report: its schema library would cost a sixth of the start.
  const { parseProgress } = await import('../../provision/progress.ts')
  const parsed = parseProgress(bodyOf(request).toString('utf8'))
  if (parsed.kind === 'refused') return sendRefusal(reply, parsed)
  const refusal = await service.reportProgress(id, parsed.progress)
  return refusal === undefined ? reply.code(204).send() : sendRefusal(reply, refusal)
}

export const postEvents: Route = {
  method: 'POST',
  path: '/nodes/:id/events',
  purpose: 'progress of the bootstrap script',
  answers:
    '204; 400 for an unknown node or a body that is no event; 413 over the limit; 429 when a node sends too many',
  bodyLimit: (limits) => limits.events,
  handle: report,
}
