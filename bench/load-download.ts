import { connect, type Socket } from 'node:net'
import type { Load, Plan } from './load-plan.ts'
import { latencyOf } from './statistics.ts'

const BUFFER_BYTES = 1024 * 1024
const HEAD_END = '\r\n\r\n'

/**
 * Many clients fetch one file at once and throw it away. Bare sockets that read into one buffer:
 * the client must not be what is measured.
 */
export async function download(plan: Extract<Plan, { kind: 'download' }>): Promise<Load> {
  const { origin, path, clients, seconds } = plan
  const samples: number[] = []
  const statuses: Record<string, number> = {}
  const sockets = new Set<Socket>()
  let bytes = 0
  let over = false
  const started = performance.now()

  async function work(): Promise<void> {
    do {
      const began = performance.now()
      const status = await fetchOnce(new URL(path, origin), sockets, (more) => {
        bytes += more
      })
      if (over) return
      samples.push(performance.now() - began)
      statuses[status] = (statuses[status] ?? 0) + 1
    } while (seconds !== undefined)
  }

  const timer =
    seconds === undefined
      ? undefined
      : setTimeout(() => {
          over = true
          for (const socket of sockets) socket.destroy()
        }, seconds * 1000)
  await Promise.all(Array.from({ length: clients }, work))
  clearTimeout(timer)
  const elapsed = (performance.now() - started) / 1000
  const latency = latencyOf(samples)
  return { seconds: elapsed, answers: samples.length, bytes, statuses, latency, bodies: [] }
}

/** @returns the status, or `failed` when the body was not as long as announced */
function fetchOnce(
  url: URL,
  sockets: Set<Socket>,
  count: (bytes: number) => void,
): Promise<string> {
  return new Promise((resolve) => {
    let head = ''
    let missing = Number.POSITIVE_INFINITY
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
    const onread = {
      buffer,
      callback(length: number): boolean {
        take(length)
        return true
      },
    }
    const socket = connect({ host: url.hostname, port: Number(url.port), onread })
    sockets.add(socket)

    function take(length: number): void {
      let body = length
      if (missing === Number.POSITIVE_INFINITY) {
        head += buffer.toString('latin1', 0, length)
        const end = head.indexOf(HEAD_END)
        if (end < 0) return
        body = head.length - end - HEAD_END.length
        missing = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
      }
      missing -= body
      count(body)
      if (missing <= 0) socket.destroy()
    }

    socket.on('error', () => {})
    socket.on('close', () => {
      sockets.delete(socket)
      resolve(missing === 0 ? head.slice(9, 12) : 'failed')
    })
    socket.write(`GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`)
  })
}
