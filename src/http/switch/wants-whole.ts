import type { IncomingMessage } from 'node:http'

/** Whether a request wants a file as it is, all of it: no range, no condition, not only its headers. */
export function wantsWhole({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.range === undefined &&
    !Object.keys(headers).some((name) => name.startsWith('if-'))
  )
}
