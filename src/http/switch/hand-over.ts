import type { IncomingMessage } from 'node:http'
import { resolve } from 'node:path'
import type { ServedFile, ServedFolder } from '../../provision/served-file.ts'

/** How a front server is told to send a file in our place. */
export type Sendfile = {
  readonly by: 'off' | 'x-sendfile' | 'x-accel-redirect'
  /** The URL path that stands for the data directory in the front server; for x-accel-redirect. */
  readonly location: string
}

/** @returns the header that has the front server send the file; undefined where we send it */
export type HandOver = (
  request: IncomingMessage,
  folder: ServedFolder,
  file: ServedFile,
) => Readonly<Record<string, string>> | undefined

/**
 * Makes the function that leaves large files to the front server. Small ones, which we hold in
 * memory, are sent sooner than handed over.
 *
 * @param isFrontServer whether a request comes from one: to anybody else the header would be an
 * empty file
 */
export function handOver(
  { by, location }: Sendfile,
  isFrontServer: (request: IncomingMessage) => boolean,
): HandOver {
  if (by === 'off') return () => undefined
  const headerOf = {
    // mod_xsendfile decodes the path, unless it is told not to.
    'x-sendfile': (_folder: ServedFolder, { root, path }: ServedFile) =>
      encode(resolve(root, path)),
    'x-accel-redirect': (folder: ServedFolder, { path }: ServedFile) =>
      `${location.replace(/\/$/, '')}/${folder}/${encode(path)}`,
  }[by]
  return (request, folder, file) => {
    if (file.content !== undefined || !isFrontServer(request)) return undefined
    return { [by]: headerOf(folder, file) }
  }
}

function encode(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
