import type { HttpApp } from './app.ts'

/** A request that was answered. */
export type ServedRequest = {
  readonly method: string
  /** Path and query, as they were sent. */
  readonly url: string
  readonly status: number
  readonly milliseconds: number
  /** Empty when the client does not say. */
  readonly userAgent: string
}

/**
 * Tells of each request when its answer is out.
 *
 * @param app not ready yet
 */
export function observeRequests(app: HttpApp, observe: (request: ServedRequest) => void): void {
  app.addHook('onResponse', async ({ method, originalUrl, headers }, reply) => {
    observe({
      method,
      url: originalUrl,
      status: reply.statusCode,
      milliseconds: reply.elapsedTime,
      userAgent: headers['user-agent'] ?? '',
    })
  })
}
