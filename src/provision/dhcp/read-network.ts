import { ipv4Text, isHostOf, netmask, parseIpv4, subnetText } from './ipv4.ts'
import type { DhcpNetwork } from './plan.ts'

/** The network as the words of a command line. */
export type NetworkWords = {
  readonly subnet: string
  readonly range: string | undefined
  readonly router: string | undefined
  /** Separated by commas. */
  readonly dns: string | undefined
  readonly interface: string | undefined
}

type Subnet = Pick<DhcpNetwork, 'subnet' | 'prefix'>

/** A word that was read, or what is wrong with it. */
type Reading<T> = { readonly value: T } | { readonly problem: string }

/** Linux takes no longer name, and neither slashes nor spaces in it. */
const INTERFACE = /^[\w.:@-]{1,15}$/
/** /31 and /32 have no room for a switch and a router. */
const LONGEST_PREFIX = 30

/**
 * Reads the network of a DHCP server.
 *
 * @returns the network, or everything that is wrong, a sentence each
 */
export function readNetwork(words: NetworkWords): DhcpNetwork | readonly string[] {
  const subnet = readSubnet(words.subnet)
  if ('problem' in subnet) return [subnet.problem]
  const range = readRange(words.range, subnet.value)
  const router = optional(words.router, (word) => readRouter(word, subnet.value, range))
  const dns = readDns(words.dns)
  const port = optional(words.interface, readInterface)
  if ('value' in range && 'value' in router && 'value' in dns && 'value' in port) {
    return {
      ...subnet.value,
      range: range.value,
      dns: dns.value,
      ...(router.value === undefined ? {} : { router: router.value }),
      ...(port.value === undefined ? {} : { interface: port.value }),
    }
  }
  return [range, router, dns, port].flatMap((each) => ('problem' in each ? [each.problem] : []))
}

function optional<T>(
  word: string | undefined,
  read: (word: string) => Reading<T>,
): Reading<T | undefined> {
  return word === undefined ? { value: undefined } : read(word)
}

function readSubnet(word: string): Reading<Subnet> {
  const [, address = '', bits = ''] = /^([^/]*)\/([1-9]\d?)$/.exec(word) ?? []
  const value = parseIpv4(address)
  const prefix = Number(bits)
  if (value === undefined || prefix > LONGEST_PREFIX) {
    return wrong(`--subnet ${word} is no IPv4 network from /1 to /30, such as 10.0.0.0/24`)
  }
  const subnet = value & netmask(prefix)
  if (subnet === value) return { value: { subnet, prefix } }
  return wrong(`--subnet ${word} is an address within ${subnetText({ subnet, prefix })}: give that`)
}

function readRange(word: string | undefined, subnet: Subnet): Reading<DhcpNetwork['range']> {
  if (word === undefined) {
    const example = `${ipv4Text(subnet.subnet + 1n)}-${ipv4Text(subnet.subnet + 2n)}`
    return wrong(`--subnet needs --range, the addresses to give out, such as ${example}`)
  }
  const [, low = '', high = ''] = /^([^-]*)-([^-]*)$/.exec(word) ?? []
  const [first, last] = [parseIpv4(low), parseIpv4(high)]
  if (first === undefined || last === undefined) {
    return wrong(`--range ${word} is not two IPv4 addresses with '-' between them`)
  }
  if (first > last) return wrong(`--range ${word} goes backwards: write ${high}-${low}`)
  const outside = [first, last].find((each) => !isHostOf(each, subnet))
  return outside === undefined ? { value: { first, last } } : notIn('range', outside, subnet)
}

function readRouter(
  word: string,
  subnet: Subnet,
  range: Reading<DhcpNetwork['range']>,
): Reading<bigint> {
  const value = parseIpv4(word)
  if (value === undefined) return wrong(`--router ${word} is no IPv4 address`)
  if (!isHostOf(value, subnet)) return notIn('router', value, subnet)
  const given = 'value' in range && value >= range.value.first && value <= range.value.last
  if (given) return wrong(`--router ${word} lies in --range: a switch would be given its address`)
  return { value }
}

function readDns(words: string | undefined): Reading<readonly bigint[]> {
  const value: bigint[] = []
  for (const word of words?.split(',') ?? []) {
    const address = parseIpv4(word.trim())
    if (address === undefined) {
      return wrong(`--dns takes IPv4 addresses with commas between them, and '${word}' is none`)
    }
    value.push(address)
  }
  return { value }
}

function readInterface(word: string): Reading<string> {
  if (INTERFACE.test(word)) return { value: word }
  return wrong(`--interface ${word} is no name of a network interface, such as eth0`)
}

function notIn(option: string, address: bigint, subnet: Subnet): { readonly problem: string } {
  return wrong(`--${option}: no host of ${subnetText(subnet)} can have ${ipv4Text(address)}`)
}

function wrong(problem: string): { readonly problem: string } {
  return { problem }
}
