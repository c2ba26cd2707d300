import type { ListenAddress } from '../../config/addresses.ts'
import { joinUrl } from '../../config/server-url.ts'
import { isName, unreachable } from '../dhcp/unreachable.ts'
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
  const [own] = unreachable(serverUrl, undefined)
  if (own !== undefined) {
    return [warning(about, own, 'give it the address of this machine that switches see')]
  }
  if (!isName(hostname)) return []
  const addresses = await ports.resolve(hostname)
  if (addresses.length > 0) return [fine(about, `${hostname} is ${addresses.join(', ')}`)]
  const advice = 'enter it in the DNS that switches are given, or write an address instead'
  return [wrong(about, `the name ${hostname} is not known here`, advice)]
}

function answered(serverUrl: string, answer: Answer): Finding {
  const about = 'server_url'
  const url = joinUrl(serverUrl, 'bootstrap')
  if (answer.kind === 'failed') {
    const advice = 'start the server; if it runs, look at the front server, the firewall, the port'
    return wrong(about, `${url} does not answer: ${answer.reason}`, advice)
  }
  if (answer.status === 200) return fine(about, `${url} answers`)
  const advice =
    'the log of the server says why; if it has no line of that, another server answers there'
  return wrong(about, `${url} answers with status ${answer.status}`, advice)
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
