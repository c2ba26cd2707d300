/** An address as a number. */
export type IpAddress = { readonly family: 4 | 6; readonly value: bigint }

/** The bits of an address, and so the longest prefix. */
export const IP_BITS = { 4: 32, 6: 128 } as const

const OCTET = '(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])'
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`)
const GROUPS = 8

/**
 * Reads `192.0.2.1` or any way of RFC 4291 to write an IPv6 address, without prefix or zone.
 *
 * @returns undefined for anything else; `010` is none: some programs take it for 8
 */
export function parseIp(text: string): IpAddress | undefined {
  if (IPV4.test(text)) return { family: 4, value: fromDigits(text.split('.').map(Number), 8) }
  return text.includes(':') ? parseIpv6(text) : undefined
}

function parseIpv6(text: string): IpAddress | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map(groupsOf)
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const missing = GROUPS - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])]
  return { family: 6, value: fromDigits(groups, 16) }
}

/** The numbers of the groups between colons; the last two may be an IPv4 address. */
function groupsOf(text: string): readonly number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const last = parts.at(-1) ?? ''
  const dotted = last.includes('.')
  if (dotted && !IPV4.test(last)) return undefined
  const plain = dotted ? parts.slice(0, -1) : parts
  if (!plain.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return undefined
  const groups = plain.map((part) => Number.parseInt(part, 16))
  if (!dotted) return groups
  const [a = 0, b = 0, c = 0, d = 0] = last.split('.').map(Number)
  return [...groups, a * 256 + b, c * 256 + d]
}

function fromDigits(digits: readonly number[], bits: number): bigint {
  return digits.reduce((value, digit) => (value << BigInt(bits)) | BigInt(digit), 0n)
}

function toDigits(value: bigint, bits: number, count: number): readonly number[] {
  const mask = (1n << BigInt(bits)) - 1n
  return Array.from({ length: count }, (_, at) =>
    Number((value >> BigInt(bits * (count - 1 - at))) & mask),
  )
}

/** The address as RFC 5952 wants it written: lower case, the longest run of zeros as `::`. */
export function ipText({ family, value }: IpAddress): string {
  if (family === 4) return toDigits(value, 8, 4).join('.')
  // IPv4-mapped.
  if (value >> 32n === 0xffffn) return `::ffff:${toDigits(value & 0xffffffffn, 8, 4).join('.')}`
  const groups = toDigits(value, 16, GROUPS)
  const { start, length } = longestZeros(groups)
  const hex = groups.map((group) => group.toString(16))
  if (length < 2) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}

/** Of runs of the same length the first. */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  groups.forEach((group, at) => {
    if (group !== 0) start = at + 1
    else if (at + 1 - start > best.length) best = { start, length: at + 1 - start }
  })
  return best
}
