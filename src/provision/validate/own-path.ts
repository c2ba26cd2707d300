/**
 * The path below the server's root that a URL means; what comes from elsewhere, or is only known
 * when it is served (a reference, a call), is undefined.
 */
export function ownPath(url: string, serverUrl: string): string | undefined {
  const own = serverUrl.replace(/\/+$/, '')
  const relative = url.startsWith(`${own}/`) ? url.slice(own.length) : url
  if (relative === '' || /^\$|\)$|^[a-z][a-z0-9+.-]*:/i.test(relative)) return undefined
  const path = relative.replace(/[?#].*$/, '').replace(/^\/+/, '')
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
