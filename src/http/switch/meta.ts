import type { ServedFolder } from '../../provision/served-file.ts'
import { type Exchange, parameter, type Route } from './route.ts'
import { noSuchFile } from './send-file.ts'
import { sendJson } from './send-json.ts'

function metaRoute(folder: ServedFolder): Route {
  return {
    method: 'GET',
    path: `/meta/${folder}/*`,
    purpose: `size, SHA-1 and SHA-256 of a file under ${folder}/`,
    answers: '200 JSON `{size, sha1, sha256}`; 404; 500 when the file cannot be read',
    handle: (exchange) => sendChecksums(exchange, folder),
  }
}

async function sendChecksums(
  { request, reply, service }: Exchange,
  folder: ServedFolder,
): Promise<unknown> {
  const name = parameter(request, '*')
  const found = await service.checksums(folder, name)
  if (found === undefined) throw noSuchFile(folder, name)
  return sendJson(reply, JSON.stringify(found))
}

export const metaRoutes: readonly Route[] = [
  metaRoute('actions'),
  metaRoute('files'),
  metaRoute('nodes'),
]
