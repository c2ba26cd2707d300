import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A download that has begun, and does not go on until somebody reads it. */
export async function stalledDownload(port: number, target: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)
  await once(socket, 'readable')
  return socket
}

/** Reads it to its end, or to where it is cut. @returns how many bytes came, headers included */
export async function restOf(socket: Socket): Promise<number> {
  let bytes = 0
  socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  socket.on('error', () => {})
  await once(socket, 'close')
  return bytes
}
