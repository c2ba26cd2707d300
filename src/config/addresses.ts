import type { OptionType } from './option-types.ts'

/** Where the server may listen. */
export type ListenAddress =
  /** IPv4 or IPv6, the latter without brackets. */
  { readonly kind: 'ip'; readonly host: string } | { readonly kind: 'unix'; readonly path: string }

/** Addresses that begin with the same bits. */
export type Network = { readonly address: string; readonly bits: number }

/** What the kernel has room for, less what our temporary name beside it needs. */
const LONGEST_SOCKET_PATH = 90

/** Addresses to listen on, separated by commas; none stands twice. */
export const listenAddresses: OptionType<readonly ListenAddress[]> = {
  name: 'addresses',
  accepts:
    'IPv4 or IPv6 addresses such as 0.0.0.0 or ::1, or unix:/path/of/a/socket, separated by commas',
  parse: (value) => everyOne([...new Set(words(value))], listenAddress),
}

/** The addresses as they would be written in the file. */
export function listenText(addresses: readonly ListenAddress[]): string {
  return addresses
    .map((each) => (each.kind === 'unix' ? `unix:${each.path}` : each.host))
    .join(', ')
}

function listenAddress(text: string): ListenAddress | undefined {
  const path = /^unix:(\/.*)$/.exec(text)?.[1]
  if (path !== undefined) return isSocketPath(path) ? { kind: 'unix', path } : undefined
  const host = ipAddress(text)
  return host === undefined ? undefined : { kind: 'ip', host }
}

function isSocketPath(path: string): boolean {
  return !/[\0\n]|\/$/.test(path) && new TextEncoder().encode(path).length <= LONGEST_SOCKET_PATH
}

/** Peers: networks, and whoever comes through a unix socket. */
export type Peers = { readonly networks: readonly Network[]; readonly unix: boolean }

/** Addresses and networks, separated by commas; empty for none. */
export const peers: OptionType<Peers> = {
  name: 'networks',
  accepts: 'addresses and networks such as 10.0.0.1, 192.168.0.0/16 or fd00::/8, or unix',
  parse: (value) => {
    const all = value === '' ? [] : words(value)
    const networks = everyOne(
      all.filter((word) => word !== 'unix'),
      network,
    )
    return networks && { networks, unix: all.includes('unix') }
  },
}

function network(text: string): Network | undefined {
  const [, start = '', length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const address = ipAddress(start)
  if (address === undefined || address.includes('%')) return undefined
  const most = address.includes(':') ? 128 : 32
  const bits = length === undefined ? most : Number(length)
  return bits <= most ? { address, bits } : undefined
}

function words(value: string): readonly string[] {
  return value.split(',').map((word) => word.trim())
}

/** @returns undefined when there is none, or one is not what it should be */
function everyOne<T>(
  texts: readonly string[],
  parse: (text: string) => T | undefined,
): readonly T[] | undefined {
  const values = texts.map(parse)
  return values.includes(undefined) ? undefined : values.filter((each) => each !== undefined)
}

/** @returns the address without brackets; undefined when it is none */
function ipAddress(text: string): string | undefined {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text
  return isIpv4(text) || isIpv6(bare) ? bare : undefined
}

function isIpv4(value: string): boolean {
  const parts = value.split('.')
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part < 256)
}

function isIpv6(value: string): boolean {
  const address = value.replace(/(?<=.)%[A-Za-z0-9._-]+$/, '')
  return /^[0-9a-f:.]+$/i.test(address) && URL.canParse(`http://[${address}]/`)
}
