import { nodeOf } from './node-of.ts'
import type { Exchange, Route } from './route.ts'
import { sendRefusal } from './send-error.ts'
import { sendJson } from './send-json.ts'

async function sendDefinition(exchange: Exchange): Promise<unknown> {
  const { reply, service } = exchange
  const outcome = await service.definition(nodeOf(exchange))
  return outcome.kind === 'refused' ? sendRefusal(reply, outcome) : sendJson(reply, outcome.json)
}

export const getDefinition: Route = {
  method: 'GET',
  path: '/nodes/:id',
  purpose: "the node's definition, resolved",
  answers: '200 JSON; 400 with the reason',
  handle: sendDefinition,
}
