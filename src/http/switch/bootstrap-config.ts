import type { Exchange, Route } from './route.ts'
import { sendJson } from './send-json.ts'

async function sendConfig({ reply, service }: Exchange): Promise<unknown> {
  return sendJson(reply, await service.bootstrapConfig())
}

export const getBootstrapConfig: Route = {
  method: 'GET',
  path: '/bootstrap/config',
  purpose: 'logging, XMPP and HTTP settings for the script, from bootstrap.conf',
  answers:
    '200 JSON `{logging, xmpp}`, and `http` where the file has it; 400 when bootstrap.conf is not valid YAML',
  handle: sendConfig,
}
