import { joinUrl } from '../config/server-url.ts'

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i

/**
 * The URL that an action's attribute means: as it is when it has a scheme, else on our server.
 *
 * @param server the server's URL, with or without a trailing slash
 */
export function resolveUrl(server: string, reference: string): string {
  return SCHEME.test(reference) ? reference : joinUrl(server, reference)
}

/**
 * Where our server tells the size and checksum of one of its own files.
 *
 * @param url as resolveUrl made it
 * @returns undefined for a file of another server
 */
export function metadataUrl(server: string, url: string): string | undefined {
  const base = joinUrl(server, '')
  return url.startsWith(base) ? joinUrl(server, `meta/${url.slice(base.length)}`) : undefined
}

/** Whether the URL's path has an empty segment: the sign of a badly joined server_url. */
export function hasDoubleSlash(url: string): boolean {
  const [path = ''] = url.replace(SCHEME, '').split(/[?#]/)
  return path.includes('//')
}
