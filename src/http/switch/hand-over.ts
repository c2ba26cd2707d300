import type { IncomingMessage } from 'node:http'
import { resolve } from 'node:path'
import type { ServedFile, ServedFolder } from '../../provision/served-file.ts'
import { wantsWhole } from './wants-whole.ts'

/** How a front server is told to send a file in our place. */
export type Sendfile = {
  readonly by: 'off' | 'x-sendfile' | 'x-accel-redirect'
  /** The URL path that stands for the data directory in the front server; for x-accel-redirect. */
  readonly location: string
}

/**
 * @returns the header that has the front server send the file; undefined where we answer, since it
 * is small, since nobody stands before us, or since the front server would answer wrongly
 */
export type HandOver = (
  request: IncomingMessage,
  folder: ServedFolder,
  file: ServedFile,
) => Readonly<Record<string, string>> | undefined

/**
 * Makes the function that leaves large files to the front server. Small ones, which we hold in
 * memory, are sent sooner than handed over.
 *
 * mod_xsendfile 0.12 gives every file that it sends for mod_proxy the ETag "0", and looks for ours in
 * another place than Passenger puts it: ranges and conditions are not for it to answer.
 *
 * @param isFrontServer whether a request comes from one: to anybody else the header would be an
 * empty file
 */
export function handOver(
  { by, location }: Sendfile,
  isFrontServer: (request: IncomingMessage) => boolean,
): HandOver {
  if (by === 'off') return () => undefined
  const describe = {
    'x-sendfile': (_folder: ServedFolder, { root, path }: ServedFile) =>
      headerBytes(resolve(root, path)),
    'x-accel-redirect': (folder: ServedFolder, { path }: ServedFile) =>
      `${location.replace(/\/$/, '')}/${folder}/${encode(path)}`,
  }[by]
  return (request, folder, file) => {
    if (file.content !== undefined || !isFrontServer(request)) return undefined
    if (by === 'x-sendfile' && !wantsWhole(request)) return undefined
    const value = describe(folder, file)
    return value === undefined ? undefined : { [by]: value }
  }
}

/**
 * A path as it is: the released mod_xsendfile (0.12) decodes nothing, and later ones can be told not
 * to. Headers are bytes, which Node takes as characters.
 *
 * @returns undefined for a path that no header can hold
 */
function headerBytes(path: string): string | undefined {
  return /\p{Cc}|\s$/u.test(path) ? undefined : Buffer.from(path).toString('latin1')
}

function encode(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}
