import { sendJson } from './send-json.ts'
import type { Exchange, Route } from './route.ts'

async function sendConfig({ reply, service }: Exchange): Promise<unknown> {
  return sendJson(reply, await service.bootstrapConfig())
}

export const getBootstrapConfig: Route = {
  method: 'GET',
  path: '/bootstrap/config',
  purpose: 'logging, XMPP and HTTP settings for the script, from bootstrap.conf',
  handle: sendConfig,
}
