import { randomInt } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { reasonOf } from '../kernel/errors.ts'
import {
  type Discover,
  decodeOffer,
  encodeDiscover,
  type Offer,
} from '../provision/dhcp/message.ts'
import type { DhcpAnswer, DhcpQuestion } from '../provision/doctor/ports.ts'

const CLIENT_PORT = 68
const SERVER_PORT = 67
const EVERYBODY = '255.255.255.255'
const ANY = '0.0.0.0'

/** An interface by which one can ask. */
type Way = { readonly address: string; readonly mac: Uint8Array }

/**
 * Sends one DHCPDISCOVER and hears the offers. No lease is requested.
 *
 * Needs the right to open port 68, which root has.
 */
export async function askDhcp(question: DhcpQuestion): Promise<DhcpAnswer> {
  const way = wayBy(question.interface)
  if (way === undefined) return { kind: 'no-address', others: interfacesWithAddress() }
  // An address tells the kernel by which interface a broadcast leaves; only without one does a
  // socket hear the broadcasts that come back.
  const sockets = [way.address, ANY].map((address) => ({
    address,
    socket: createSocket({ type: 'udp4', reuseAddr: true }),
  }))
  try {
    for (const { socket, address } of sockets) await bound(socket, address)
    const discover = { ...way, transaction: randomInt(2 ** 32), vendor: question.vendor }
    return { kind: 'offers', offers: await exchange(discover, question, sockets) }
  } catch (thrown) {
    return failureOf(thrown)
  } finally {
    for (const { socket } of sockets) socket.close()
  }
}

function wayBy(name: string): Way | undefined {
  const addresses = new Map(Object.entries(networkInterfaces())).get(name)
  const found = addresses?.find(({ family }) => family === 'IPv4')
  return found && { address: found.address, mac: Buffer.from(found.mac.replaceAll(':', ''), 'hex') }
}

function interfacesWithAddress(): readonly string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.some(({ family, internal }) => family === 'IPv4' && !internal) ? [name] : [],
  )
}

async function bound(socket: Socket, address: string): Promise<void> {
  socket.bind({ port: CLIENT_PORT, address })
  await once(socket, 'listening')
  socket.setBroadcast(true)
}

/** One offer of each server, in the order in which they came. */
async function exchange(
  discover: Discover,
  { patienceMs, enough }: DhcpQuestion,
  sockets: readonly { readonly socket: Socket }[],
): Promise<readonly Offer[]> {
  const offers = new Map<string, Offer>()
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer)
      resolve([...offers.values()])
    }
    const timer = setTimeout(done, patienceMs)
    const failed = (fault: Error | null) => {
      if (!fault) return
      clearTimeout(timer)
      reject(fault)
    }
    for (const { socket } of sockets) {
      socket.on('error', failed)
      socket.on('message', (bytes) => {
        const offer = decodeOffer(bytes, discover)
        if (offer === undefined || offers.has(offer.server)) return
        offers.set(offer.server, offer)
        if (offers.size === enough) done()
      })
    }
    sockets[0]?.socket.send(encodeDiscover(discover), SERVER_PORT, EVERYBODY, failed)
  })
}

function failureOf(thrown: unknown): DhcpAnswer {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  if (code === 'EACCES') return { kind: 'forbidden' }
  if (code === 'EADDRINUSE') return { kind: 'port-in-use' }
  return { kind: 'failed', reason: reasonOf(thrown) }
}
