import type { ListenAddress } from '../../config/addresses.ts'
import { joinUrl } from '../../config/server-url.ts'
import { isHostName, ownHost } from '../dhcp/unreachable.ts'
import { type Finding, fine, warning, wrong } from './finding.ts'
import type { Answer, DoctorPorts } from './ports.ts'

export type ServerSettings = {
  readonly serverUrl: string
  readonly serverInterface: readonly ListenAddress[]
  readonly serverPort: number
}

/**
 * Whether switches can reach the server.
 *
 * @param answer what came of the URL of the bootstrap script
 */
export async function examineServer(
  settings: ServerSettings,
  answer: Answer,
  ports: DoctorPorts,
): Promise<readonly Finding[]> {
  const { serverUrl, serverInterface } = settings
  const listening: Finding[] = []
  for (const each of serverInterface) {
    if (each.kind === 'ip') listening.push(await binding(each.host, settings, answer, ports))
  }
  return [...(await name(serverUrl, ports)), answered(serverUrl, answer), ...listening]
}

async function name(serverUrl: string, ports: DoctorPorts): Promise<readonly Finding[]> {
  const about = 'server_url'
  const { hostname } = new URL(serverUrl)
  const own = ownHost(serverUrl)
  if (own !== undefined) {
    return [warning(about, own, 'give it the address of this machine that switches see')]
  }
  if (!isHostName(hostname)) return []
  const addresses = await ports.resolve(hostname)
  if (addresses.length === 0) {
    const advice = 'enter it in the DNS that switches are given, or write an address instead'
    return [wrong(about, `the name ${hostname} is not known here`, advice)]
  }
  const known = `${hostname} is ${addresses.join(', ')}`
  if (!addresses.every(isLoopback)) return [fine(about, known)]
  const advice =
    'see what the DNS of the switches says of it; dnsmasq says what /etc/hosts says here'
  return [warning(about, `${known}, this machine's own: a switch would ask itself`, advice)]
}

/** As a name resolves to it. */
function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

function answered(serverUrl: string, answer: Answer): Finding {
  const about = 'server_url'
  const url = joinUrl(serverUrl, 'bootstrap')
  if (answer.kind === 'failed') {
    const advice = /certificate/i.test(answer.reason)
      ? 'a switch refuses it too, unless it knows the authority; if this machine alone does not, ask with NODE_EXTRA_CA_CERTS=FILE'
      : 'start the server; if it runs, look at the front server, the firewall, the port'
    return wrong(about, `${url} does not answer: ${answer.reason}`, advice)
  }
  const { status, text } = answer
  if (status >= 300 && status < 400) {
    const message = `${url} leads on to another URL (status ${status}), where no POST of a switch follows`
    return wrong(about, message, 'write that URL into server_url, or have the front server answer')
  }
  if (status !== 200) {
    const advice =
      'the log of the server says why; if it has no line of that, another server answers there'
    return wrong(about, `${url} answers with status ${status}`, advice)
  }
  return scripted(serverUrl, url, text)
}

/** Whether a switch can run what it gets, and comes back here with it. */
function scripted(serverUrl: string, url: string, text: string): Finding {
  const about = 'server_url'
  if (!text.startsWith('#!')) {
    const message = `${url} answers with what is no script: it does not begin with #!`
    return wrong(about, message, 'another server answers there, or the script was edited too much')
  }
  if (!names(text, serverUrl.replace(/\/+$/, ''))) {
    const message = `the script that ${url} gives does not name ${serverUrl}: it goes elsewhere`
    const advice =
      "restart the server, if server_url was changed; else the script lacks $SERVER, or is another server's"
    return wrong(about, message, advice)
  }
  return fine(about, `${url} answers`)
}

/** `http://h:80` is not named by `http://h:8080`, but by `http://h:80/nodes`. */
function names(text: string, url: string): boolean {
  const [, ...rests] = text.split(url)
  return rests.some((rest) => !/^[\w.:-]/.test(rest))
}

async function binding(
  host: string,
  { serverPort: port }: ServerSettings,
  answer: Answer,
  ports: DoctorPorts,
): Promise<Finding> {
  const about = 'port'
  const place = `${host} port ${port}`
  switch (await ports.binding(host, port)) {
    case 'free':
      return fine(about, `${place} is free: no server listens there now`)
    case 'used':
      if (answer.kind === 'answered' && answer.status === 200) {
        return fine(about, `${place} is in use, and server_url answers`)
      }
      return wrong(
        about,
        `${place} is in use, and server_url does not answer as it should`,
        `see whose it is: ss -ltnp sport = :${port}`,
      )
    case 'forbidden':
      return wrong(
        about,
        `this user may not listen on ${place}`,
        'start as root with [server] user, take a port from 1024 on, or let systemd open it',
      )
    case 'no-such-address':
      return wrong(
        about,
        `this machine has no address ${host}`,
        'correct [server] interface; a link-local address has its interface with it, as in fe80::1%eth0',
      )
  }
}
