const SHAPE = /^https?:\/\/[A-Za-z0-9\-._~:@[\]]+(?:\/[A-Za-z0-9\-._~:@!$&()*+,;=%/]*)?$/i

/**
 * Whether a text can be `server_url`: http or https, a host, perhaps a port and a path. Queries,
 * user names and characters that a URL must encode are not: the text goes as it is into Location
 * headers and into the script of every switch.
 */
export function isServerUrl(text: string): boolean {
  return SHAPE.test(text) && !/^https?:\/\/[^/]*@/i.test(text) && URL.canParse(text)
}

/**
 * The path of `server_url`, under which a front server may publish us.
 *
 * @returns `/ztpserver`, without a final slash; empty when the URL has no path
 */
export function pathPrefix(serverUrl: string): string {
  const path = /^[a-z]+:\/\/[^/]*(.*)$/i.exec(serverUrl)?.[1] ?? ''
  const segments = path.split('/').filter((segment) => segment !== '')
  return segments.map((segment) => `/${segment}`).join('')
}

/** A URL below `server_url`, with exactly one slash between the two. */
export function joinUrl(serverUrl: string, path: string): string {
  return `${serverUrl.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`
}
