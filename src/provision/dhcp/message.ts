import { ipv4Text } from './ipv4.ts'
import { type DhcpOptions, OPTION, readOptions } from './options.ts'

/** A DHCPDISCOVER. */
export type Discover = {
  /** Comes back in every answer; 32 bits. */
  readonly transaction: number
  /** The six bytes of the interface's address. */
  readonly mac: Uint8Array
  /** Option 60; undefined for a client that does not say what it is. */
  readonly vendor: string | undefined
}

/** What a DHCPOFFER says that matters here. */
export type Offer = {
  /** Which DHCP server it is of. */
  readonly server: string
  /** The address that it offers. */
  readonly address: string
  /** Option 67, or else the field `file`; undefined when there is neither. */
  readonly bootFile: string | undefined
}

/** RFC 2131, figure 1 and section 3. */
const OFFSET = { xid: 4, flags: 10, yiaddr: 16, siaddr: 20, chaddr: 28, sname: 44, file: 108 }
const SNAME_BYTES = 64
const FILE_BYTES = 128
const COOKIE_AT = 236
const OPTIONS_AT = 240
const COOKIE = 0x63825363
const REQUEST = 1
const REPLY = 2
const ETHERNET = 1
/** Answers go to everybody: who asks has no address yet (RFC 2131, 4.1). */
const BROADCAST_FLAG = 0x8000
/** Relays may throw away what is shorter (RFC 1542, 2.1). */
const SHORTEST = 300
const DISCOVER = 1
const OFFER = 2
/** Mask, router, DNS, host and domain name, TFTP server, boot file: what a switch wants to know. */
const WANTED = [1, 3, 6, 12, 15, 66, OPTION.bootFile]

/** The bytes of a DHCPDISCOVER, as a switch sends it that has no configuration (RFC 2131, 4.4.1). */
export function encodeDiscover({ transaction, mac, vendor }: Discover): Uint8Array {
  const options = [
    ...option(OPTION.type, [DISCOVER]),
    ...(vendor === undefined ? [] : option(OPTION.vendor, new TextEncoder().encode(vendor))),
    ...option(OPTION.wanted, WANTED),
    OPTION.end,
  ]
  const bytes = new Uint8Array(Math.max(SHORTEST, OPTIONS_AT + options.length))
  const view = new DataView(bytes.buffer)
  bytes.set([REQUEST, ETHERNET, mac.length])
  view.setUint32(OFFSET.xid, transaction)
  view.setUint16(OFFSET.flags, BROADCAST_FLAG)
  bytes.set(mac, OFFSET.chaddr)
  view.setUint32(COOKIE_AT, COOKIE)
  bytes.set(options, OPTIONS_AT)
  return bytes
}

function option(code: number, value: Iterable<number>): readonly number[] {
  const bytes = [...value]
  return [code, bytes.length, ...bytes]
}

/**
 * Reads an answer to a DHCPDISCOVER. The bytes may be anything.
 *
 * @param asked whom it has to answer
 * @returns undefined for what is no DHCPOFFER, or for somebody else
 */
export function decodeOffer(bytes: Uint8Array, asked: Discover): Offer | undefined {
  if (bytes.length < OPTIONS_AT) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chaddr = bytes.subarray(OFFSET.chaddr, OFFSET.chaddr + asked.mac.length)
  const forUs =
    bytes[0] === REPLY &&
    view.getUint32(OFFSET.xid) === asked.transaction &&
    asked.mac.every((each, at) => each === chaddr[at])
  if (!forUs || view.getUint32(COOKIE_AT) !== COOKIE) return undefined
  const file = bytes.subarray(OFFSET.file, OFFSET.file + FILE_BYTES)
  const sname = bytes.subarray(OFFSET.sname, OFFSET.sname + SNAME_BYTES)
  const read = readOptions(bytes.subarray(OPTIONS_AT), { file, sname })
  if (read.options.get(OPTION.type)?.[0] !== OFFER) return undefined
  return {
    server: serverOf(read.options, view),
    address: ipv4Text(BigInt(view.getUint32(OFFSET.yiaddr))),
    bootFile:
      text(read.options.get(OPTION.bootFile)) ?? (read.fileHasOptions ? undefined : text(file)),
  }
}

/** Its identifier, which every server has to give, or else the one to fetch files from. */
function serverOf(options: DhcpOptions, view: DataView): string {
  const [a, b, c, d, ...more] = options.get(OPTION.server) ?? []
  if (d !== undefined && more.length === 0) return [a, b, c, d].join('.')
  return ipv4Text(BigInt(view.getUint32(OFFSET.siaddr)))
}

/** Up to the first NUL, which ends the text in fields and, for some servers, in options. */
function text(bytes: Uint8Array | undefined): string | undefined {
  const end = bytes?.indexOf(0) ?? -1
  const found = new TextDecoder().decode(end < 0 ? bytes : bytes?.subarray(0, end))
  return found === '' ? undefined : found
}
