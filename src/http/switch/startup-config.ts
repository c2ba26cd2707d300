import { HTML, TEXT } from './content-types.ts'
import { nodeOf } from './node-of.ts'
import { bodyOf, type Exchange, type Route } from './route.ts'
import { sendRefusal } from './send-error.ts'

async function save(exchange: Exchange): Promise<unknown> {
  const { request, reply, service } = exchange
  const outcome = await service.saveStartupConfig(nodeOf(exchange), bodyOf(request))
  if (outcome.kind === 'refused') return sendRefusal(reply, outcome)
  return reply
    .code(outcome.kind === 'created' ? 201 : 200)
    .type(HTML)
    .send('')
}

async function send(exchange: Exchange): Promise<unknown> {
  const { reply, service } = exchange
  const found = await service.startupConfig(nodeOf(exchange))
  return 'kind' in found ? sendRefusal(reply, found) : reply.type(TEXT).send(found)
}

const path = '/nodes/:id/startup-config'

export const putStartupConfig: Route = {
  method: 'PUT',
  path,
  purpose: "keeps the node's startup-config, byte for byte",
  answers:
    '201 when it is new; 200 when it replaced one; 400 unknown node, unsafe id or empty body; 413',
  bodyLimit: (limits) => limits.startupConfig,
  handle: save,
}

export const getStartupConfig: Route = {
  method: 'GET',
  path,
  purpose: "the node's startup-config",
  answers: '200 `text/plain`; 400 when there is none',
  handle: send,
}
