import * as http from 'node:http'
import * as https from 'node:https'
import { TLSSocket } from 'node:tls'

/** How many ask at one time. */
export const CLIENTS = 8

export type LoadOptions = {
  /** Whom to trust, for https. */
  readonly ca?: Buffer
  /** Whether half of the connections are kept for the next request; else each is new. */
  readonly keep?: boolean
}

/** Requests of one URL without a pause. */
export class Load {
  readonly failures: string[] = []
  /** The serial numbers of the certificates that connections met. */
  readonly serials = new Set<string>()
  answers = 0
  #ending = false
  readonly #url: string
  readonly #clients: readonly Promise<void>[]

  constructor(url: string, { ca, keep = true }: LoadOptions = {}) {
    this.#url = url
    this.#clients = Array.from({ length: CLIENTS }, (_, at) =>
      this.#askOverAgain({
        keepAlive: keep && at % 2 === 0,
        maxCachedSessions: 0,
        ...(ca === undefined ? {} : { ca }),
      }),
    )
  }

  async end(): Promise<void> {
    this.#ending = true
    await Promise.all(this.#clients)
  }

  async #askOverAgain(options: https.AgentOptions): Promise<void> {
    const { Agent, get } = this.#url.startsWith('https:') ? https : http
    const agent = new Agent(options)
    while (!this.#ending) await this.#ask((answer) => get(this.#url, { agent }, answer))
    agent.destroy()
  }

  #ask(get: (answer: (response: http.IncomingMessage) => void) => http.ClientRequest) {
    return new Promise<void>((resolve) => {
      const failed = (fault: Error) => {
        this.failures.push(fault.message)
        resolve()
      }
      const request = get((response) => {
        const { socket, statusCode } = response
        if (socket instanceof TLSSocket) {
          this.serials.add(socket.getPeerCertificate().serialNumber)
        }
        if (statusCode === 200) this.answers += 1
        else this.failures.push(String(statusCode))
        response.on('error', failed).on('end', resolve).resume()
      })
      request.on('error', failed)
    })
  }
}
