import { isMap, type ValueMap } from '../kernel/value.ts'
import type { Answer, Request } from './exchange.ts'
import { readJson } from './read-json.ts'
import { metadataUrl, resolveUrl } from './resource-url.ts'
import { RunFailure, refused, textOf, unexpected } from './run-failure.ts'
import type { Session } from './session.ts'

/**
 * Downloads a file as NODE.retrieve_url does: first its metadata, where it is our server's, then the
 * file, then the comparison of both.
 *
 * @param reference an action's attribute: a URL, or a path on the server
 * @throws RunFailure when it is not there, or not what the metadata says
 */
export async function fetchFile(
  session: Session,
  server: string,
  reference: string,
  want: Request['want'],
): Promise<Answer> {
  const url = resolveUrl(server, reference)
  const metaUrl = metadataUrl(server, url)
  const metadata = metaUrl === undefined ? undefined : await fetchMetadata(session, metaUrl)
  const file = await session.send('file', { url, want })
  if (file.status !== 200) throw unexpected(url, file)
  if (metadata !== undefined) {
    if (file.contentType !== 'text/plain') throw unexpected(url, file)
    verify(url, file, metadata)
  }
  return file
}

async function fetchMetadata(session: Session, url: string): Promise<ValueMap> {
  const answer = await session.send('metadata', { url })
  if (answer.status !== 200 || answer.contentType !== 'application/json') {
    throw unexpected(url, answer)
  }
  try {
    const metadata = readJson(textOf(answer))
    if (isMap(metadata)) return metadata
  } catch {
    // Not JSON: the same complaint as about JSON that is not an object.
  }
  throw refused('the metadata is not a JSON object', url, answer)
}

/** SHA-256 where the server tells it; older servers know SHA-1 only. */
function verify(url: string, file: Answer, metadata: ValueMap): void {
  const size = metadata.get('size')
  if (size !== file.size) {
    throw new RunFailure(`${url}: ${file.size} bytes came, the metadata says ${String(size)}`, {
      url,
    })
  }
  const kind = metadata.has('sha256') ? 'sha256' : 'sha1'
  const expected = metadata.get(kind)
  if (expected !== file[kind]) {
    throw new RunFailure(
      `${url}: the ${kind} of what came is ${file[kind]}, the metadata says ${String(expected)}`,
      { url },
    )
  }
}
