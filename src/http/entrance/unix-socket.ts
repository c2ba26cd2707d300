import { connect, type Server } from 'node:net'
import { ZtpError } from '../../kernel/errors.ts'
import type { SocketFile, SocketFiles } from './socket-files.ts'
import { startListening } from './start-listening.ts'

/**
 * Listens on a unix socket. The file of a server that died is replaced.
 *
 * The socket is made under another name and renamed: nobody sees it with the wrong permissions, and
 * when it is closed libuv, which unlinks the name it was made with, does not take away what another
 * server may have put there since.
 *
 * @throws ZtpError ZTP_CANNOT_LISTEN
 */
export async function listenOnSocket(
  server: Server,
  path: string,
  files: SocketFiles,
): Promise<SocketFile> {
  const kind = await files.kindOf(path)
  if (kind === 'other') throw cannotListen(path, 'it is no socket; remove it, or choose another')
  if (kind === 'socket' && (await isAnswered(path))) {
    throw cannotListen(path, 'another program listens there; stop it, or choose another path')
  }
  const made = await files.vacant(path)
  await startListening(server, { path: made }, `unix:${path}`)
  return files.install(made, path)
}

/** Whether some program listens on the socket, as far as we may know. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path)
    const end = (answered: boolean) => {
      probe.destroy()
      resolve(answered)
    }
    probe.once('connect', () => end(true))
    probe.once('error', (fault: NodeJS.ErrnoException) => {
      end(fault.code !== 'ECONNREFUSED' && fault.code !== 'ENOENT')
    })
  })
}

function cannotListen(path: string, reason: string): ZtpError {
  return new ZtpError('ZTP_CANNOT_LISTEN', `cannot listen on unix:${path}: ${reason}`)
}
