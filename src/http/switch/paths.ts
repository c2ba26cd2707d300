/** A route's path: fixed segments, `:name` for one segment, a final `*` for one or more. */
export type RoutePath = `/${string}`

/** A test for the raw, still encoded path of a request. */
export function pathMatcher(path: RoutePath): (raw: string) => boolean {
  const source = path
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:[a-z]+/gi, '[^/]+')
    .replace(/\*$/, '.+')
  const expression = new RegExp(`^${source}$`)
  return (raw) => expression.test(raw)
}

/** The path of a request target, without its query. */
export function pathOf(target: string): string {
  const end = target.search(/[?#]/)
  return end < 0 ? target : target.slice(0, end)
}

/**
 * Takes the path of `server_url` off a request target, since a front server may or may not have
 * done so (server.md, "HTTP API for switches").
 *
 * @param prefix the path of `server_url`, without a final slash; empty for the root
 * @param known whether a path is one of the routes: a target is only shortened to become one
 */
export function withoutPrefix(
  target: string,
  prefix: string,
  known: (path: string) => boolean,
): string {
  const local = originForm(target)
  if (prefix === '' || !local.startsWith(`${prefix}/`)) return local
  const shortened = local.slice(prefix.length)
  return known(pathOf(shortened)) ? shortened : local
}

/** A client that takes the server for its proxy sends the whole URL (RFC 9112, 3.2.2). */
function originForm(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*(?=\/)/i, '')
}
