import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server answers to one `METHOD /path`. */
export type Scripted = {
  readonly status: number
  readonly type: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A request as it came in. */
export type Seen = {
  readonly request: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export type ScriptedServer = {
  readonly url: string
  readonly seen: readonly Seen[]
  close(): Promise<void>
}

export type Script = Readonly<Record<string, Scripted>>

export const TEMPLATE = 'hostname $hostname\n'

export function html(status: number, sentence = ''): Scripted {
  return { status, type: 'text/html; charset=UTF-8', body: sentence }
}

export function json(value: unknown): Scripted {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) }
}

export function metadataOf(text: string): Scripted {
  const hex = (kind: string): string => createHash(kind).update(text).digest('hex')
  return json({ size: Buffer.byteLength(text), sha1: hex('sha1'), sha256: hex('sha256') })
}

/** A server that provisions node ABC with one template and one file, as the specification says. */
export function goodScript(url: string): Script {
  return {
    'GET /bootstrap': {
      status: 200,
      type: 'text/x-python; charset=UTF-8',
      body: `#!/usr/bin/env python\nSERVER = '${url}'\n`,
    },
    'GET /bootstrap/config': json({ logging: [], xmpp: {} }),
    'POST /nodes': { ...html(201), headers: { Location: `${url.replace(/\/$/, '')}/nodes/ABC` } },
    'GET /nodes/ABC': json({
      name: 'leaf',
      attributes: { hostname: "allocate('names')", address: "allocate('addresses')" },
      actions: [
        {
          action: 'add_config',
          attributes: {
            hostname: 'leaf1',
            address: '10.0.0.1/24',
            url: 'files/t',
            variables: { hostname: 'leaf1' },
          },
        },
        { action: 'add_config', attributes: { url: '/files/t', variables: { hostname: 'x' } } },
        { action: 'copy_file', attributes: { src_url: 'files/t' } },
      ],
    }),
    'GET /actions/add_config': { status: 200, type: 'text/x-python', body: 'def main(a): pass' },
    'GET /actions/copy_file': { status: 200, type: 'text/x-python', body: 'def main(a): pass' },
    'GET /files/t': { status: 200, type: 'text/plain; charset=UTF-8', body: TEMPLATE },
    'GET /meta/files/t': metadataOf(TEMPLATE),
    'POST /nodes/ABC/events': { status: 204, type: 'text/html' },
    'PUT /nodes/ABC/startup-config': html(201),
    'GET /nodes/ABC/startup-config': {
      status: 200,
      type: 'text/plain; charset=UTF-8',
      body: 'hostname leaf1\n\nhostname x\n',
    },
  }
}

/**
 * A real HTTP server that plays a script; what is not in it is a 404.
 *
 * @param scriptOf makes the script, knowing the server's URL
 * @param suffix follows the URL that the script is made with: a path, or a slash too many
 */
export async function startScripted(
  scriptOf: (url: string) => Script,
  suffix = '',
): Promise<ScriptedServer> {
  const seen: Seen[] = []
  let script: Script = {}
  const server = createServer((request, response) => {
    void answer(request, response)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = `${request.method} ${request.url}`
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push({ request: name, headers: request.headers, body })
    const scripted = script[name] ?? html(404, 'nothing here')
    response.writeHead(scripted.status, { 'content-type': scripted.type, ...scripted.headers })
    response.end(scripted.body)
  }

  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
  const url = `http://127.0.0.1:${port}${suffix}`
  script = scriptOf(url)
  return {
    url,
    seen,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
