import type { ListenOptions, Server } from 'node:net'
import { reasonOf, ZtpError } from '../../kernel/errors.ts'

/** Node takes descriptors, too; its type declarations do not say so. */
type Place = ListenOptions | { readonly fd: number }

/**
 * Binds a server.
 *
 * @param where the words for the place
 * @throws ZtpError ZTP_CANNOT_LISTEN: taken, or not allowed
 */
export function startListening(server: Server, place: Place, where: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (fault: Error) => {
      const message = `cannot listen on ${where}: ${why(fault, place)}`
      reject(new ZtpError('ZTP_CANNOT_LISTEN', message, fault))
    }
    server.once('error', fail)
    server.listen(place, () => {
      server.removeListener('error', fail)
      resolve()
    })
  })
}

function why(fault: NodeJS.ErrnoException, place: Place): string {
  if (fault.code === 'EINVAL' && isLinkLocal(place)) {
    return 'a link-local address needs its interface, as in fe80::1%eth0; see [server] interface'
  }
  if ('fd' in place) return 'it must be a socket that listens (ListenStream=, Accept=no)'
  switch (fault.code) {
    case 'EADDRINUSE':
      return 'another program listens there; stop it, or set another port in [server]'
    case 'EACCES':
      // libuv says this of a path without a folder, too.
      return 'path' in place
        ? "the folder does not exist, or the server's user may not write into it"
        : 'not permitted; ports below 1024 need root or CAP_NET_BIND_SERVICE'
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address; see [server] interface'
    case 'EAFNOSUPPORT':
      return 'this machine has no addresses of that kind; see [server] interface'
    default:
      return reasonOf(fault)
  }
}

function isLinkLocal(place: Place): boolean {
  return 'host' in place && /^fe[89ab]/i.test(place.host ?? '')
}
