import { joinUrl } from '../../config/server-url.ts'
import { HTML } from './content-types.ts'
import { bodyOf, type Exchange, type Route } from './route.ts'
import { sendRefusal } from './send-error.ts'

async function register({ request, reply, service }: Exchange): Promise<unknown> {
  const outcome = await service.register(bodyOf(request).toString('utf8'))
  if (outcome.kind === 'refused') return sendRefusal(reply, outcome)
  return reply
    .code(outcome.kind === 'created' ? 201 : 409)
    .header('location', joinUrl(service.serverUrl, `/nodes/${outcome.id}`))
    .type(HTML)
    .send('')
}

export const postNodes: Route = {
  method: 'POST',
  path: '/nodes',
  purpose: 'who the switch is: creates its node, or finds it',
  answers:
    '201 with `Location`: a node was made; 409 with `Location`: it was known; 400 with the reason; 413 over 1 MiB',
  bodyLimit: (limits) => limits.nodeReport,
  handle: register,
}
