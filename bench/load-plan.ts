import type { Latency } from './statistics.ts'

export type PlannedRequest = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
}

/** What the load process is to do. */
export type Plan =
  /** One URL over and over, by autocannon. */
  | {
      readonly kind: 'repeat'
      readonly origin: string
      readonly path: string
      readonly connections: number
      readonly seconds: number
    }
  /** Requests that differ, by undici: each once, or in turn until the time is over. */
  | {
      readonly kind: 'each'
      readonly origin: string
      readonly requests: readonly PlannedRequest[]
      readonly connections: number
      readonly seconds?: number
      readonly keepBodies?: boolean
      /** How long each connection rests after an answer, in milliseconds. */
      readonly pauseMs?: number
    }
  /** A large file to many clients at once: each whole once, or again until the time is over. */
  | {
      readonly kind: 'download'
      readonly origin: string
      readonly path: string
      readonly clients: number
      readonly seconds?: number
    }
  /** No server at all: whole folders made durable, for what the disk allows. */
  | {
      readonly kind: 'folders'
      readonly folder: string
      readonly howMany: number
      readonly atOnce: number
    }
  /** Virtual switches, each through the whole protocol. */
  | {
      readonly kind: 'fleet'
      readonly origin: string
      readonly switches: number
      readonly concurrency: number
      readonly tag: string
    }

/** What came of it. */
export type Load = {
  /** From the first request to the last answer. */
  readonly seconds: number
  readonly answers: number
  readonly bytes: number
  /** Status → how many; `failed` for requests without an answer. */
  readonly statuses: Readonly<Record<string, number>>
  readonly latency: Latency
  /** Where the plan asks to keep them. */
  readonly bodies: readonly string[]
}
