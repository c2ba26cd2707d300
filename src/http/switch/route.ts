import type { FastifyReply, FastifyRequest } from 'fastify'
import type { HandOver } from './hand-over.ts'
import type { RoutePath } from './paths.ts'
import type { SwitchService } from './service.ts'

/** One row of the switch-facing API. */
export type Route = {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: RoutePath
  /** What the reference page says of it. */
  readonly purpose: string
  /** Its statuses and bodies, likewise. */
  readonly answers: string
  /** The most bytes its request body may have; absent where a body means nothing. */
  readonly bodyLimit?: (limits: BodyLimits) => number
  readonly handle: Handler
}

export type BodyLimits = {
  readonly nodeReport: number
  readonly startupConfig: number
  readonly events: number
}

export type Exchange = {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly service: SwitchService
  readonly handOver: HandOver
}

export type Handler = (exchange: Exchange) => Promise<unknown>

/** The decoded value of a `:name` or `*` of the route's path. */
export function parameter(request: FastifyRequest, name: string): string {
  const { params } = request
  if (typeof params !== 'object' || params === null) return ''
  const value: unknown = Reflect.get(params, name)
  return typeof value === 'string' ? value : ''
}

/** The request body; empty when there was none. */
export function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
}
