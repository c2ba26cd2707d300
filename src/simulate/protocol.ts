import { joinUrl } from '../config/server-url.ts'
import { isList, isMap } from '../kernel/value.ts'
import type { Identifier } from '../node/identity.ts'
import { readScript } from './bootstrap-script.ts'
import { readDefinition, type SentDefinition } from './definition-answer.ts'
import { readJson } from './read-json.ts'
import { refused, textOf, unexpected } from './run-failure.ts'
import type { Session } from './session.ts'
import { bootHeaders, nodeIdOf, reportOf } from './virtual-switch.ts'

/**
 * GET bootstrap, as EOS does it.
 *
 * @returns the URL of the server, as the script knows it
 */
export async function fetchScript(session: Session, bootUrl: string): Promise<string> {
  session.at('bootstrap')
  const headers = bootHeaders(session.node)
  const answer = await session.send('bootstrap', { url: bootUrl, headers })
  if (answer.status !== 200 || answer.contentType !== 'text/x-python') {
    throw unexpected(bootUrl, answer)
  }
  const script = readScript(textOf(answer))
  if (script.kind === 'unusable') throw refused(script.reason, bootUrl, answer)
  return script.server ?? bootUrl.replace(/\/bootstrap$/, '')
}

/** GET bootstrap/config. */
export async function fetchConfig(session: Session, server: string): Promise<void> {
  session.at('config')
  const url = joinUrl(server, 'bootstrap/config')
  const answer = await session.send('config', { url })
  if (answer.status !== 200 || answer.contentType !== 'application/json') {
    throw unexpected(url, answer)
  }
  if (!isBootstrapConfig(textOf(answer))) {
    throw refused("'logging' or 'xmpp' is missing from the bootstrap configuration", url, answer)
  }
}

function isBootstrapConfig(text: string): boolean {
  try {
    const config = readJson(text)
    return isMap(config) && isList(config.get('logging')) && isMap(config.get('xmpp'))
  } catch {
    return false
  }
}

/** Where the server keeps the node. */
export type Place = { readonly location: string; readonly nodeId: string }

/** POST nodes: who the switch is and whom it sees. */
export async function postDetails(
  session: Session,
  server: string,
  identifier: Identifier,
): Promise<Place> {
  session.at('details')
  const url = joinUrl(server, 'nodes')
  const body = new TextEncoder().encode(JSON.stringify(reportOf(session.node)))
  const headers = { 'Content-Type': 'application/json' }
  const answer = await session.send('details', { method: 'POST', url, headers, body })
  if (![201, 400, 409].includes(answer.status) || answer.contentType !== 'text/html') {
    throw unexpected(url, answer)
  }
  if (answer.status === 400) throw refused('node not found on server (status=400)', url, answer)
  const { location = '' } = answer
  const nodeId = nodeIdOf(session.node, identifier)
  if (!location.endsWith(`/nodes/${nodeId}`)) {
    throw refused(`Location '${location}' is not that of node ${nodeId}`, url, answer)
  }
  return { location, nodeId }
}

/** GET the location: what the switch shall do. */
export async function fetchDefinition(session: Session, url: string): Promise<SentDefinition> {
  session.at('definition')
  const answer = await session.send('definition', { url })
  if (answer.status === 400 && answer.contentType === 'text/html') {
    throw refused('server-side topology check failed (status=400)', url, answer)
  }
  if (answer.status !== 200 || answer.contentType !== 'application/json') {
    throw unexpected(url, answer)
  }
  const definition = readDefinition(textOf(answer))
  if (typeof definition === 'string') throw refused(definition, url, answer)
  return definition
}

/** PUT startup-config as the switch does after its reboot, then GET it: the same bytes. */
export async function keepConfig(session: Session, location: string, text: string): Promise<void> {
  session.at('startup-config')
  const url = joinUrl(location, 'startup-config')
  const body = new TextEncoder().encode(text)
  const headers = { 'Content-Type': 'text/plain' }
  const put = await session.send('startup-config', { method: 'PUT', url, headers, body })
  if (put.status !== 200 && put.status !== 201) throw unexpected(url, put)
  const kept = await session.send('startup-config', { url })
  if (kept.status !== 200 || kept.contentType !== 'text/plain') throw unexpected(url, kept)
  if (Buffer.compare(kept.body, body) !== 0) {
    throw refused('the startup-config came back different from what was sent', url, kept)
  }
}
