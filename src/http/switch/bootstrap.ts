import { PYTHON } from './content-types.ts'
import type { Exchange, Route } from './route.ts'

async function sendScript({ reply, service }: Exchange): Promise<unknown> {
  return reply.type(PYTHON).send(await service.bootstrapScript())
}

export const getBootstrap: Route = {
  method: 'GET',
  path: '/bootstrap',
  purpose: 'the bootstrap script, `$SERVER` replaced by server_url',
  answers: '200 `text/x-python`; 400 when the script is missing or unreadable',
  handle: sendScript,
}
