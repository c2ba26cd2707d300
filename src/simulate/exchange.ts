/** Which part of the protocol a request belongs to (spec: client.md). */
export type Step =
  | 'bootstrap'
  | 'config'
  | 'details'
  | 'definition'
  | 'action'
  | 'metadata'
  | 'file'
  | 'startup-config'
  | 'progress'

export type Request = {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Absolute; its path is sent as it stands. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** keep: the body is wanted. measure: only its size and checksums, however large it is. */
  readonly want: 'keep' | 'measure'
}

export type Answer = {
  readonly status: number
  /** Without parameters, lower case; empty when the header is missing. */
  readonly contentType: string
  readonly location: string | undefined
  /** Empty when only measured. */
  readonly body: Uint8Array
  /** Bytes received. */
  readonly size: number
  /** Of the bytes received, hexadecimal. */
  readonly sha1: string
  readonly sha256: string
}

/** The network, as a port. */
export type HttpClient = {
  /** @throws Error when the server cannot be reached or does not answer in time */
  send(request: Request): Promise<Answer>
  /** Ends every connection. */
  close(): Promise<void>
}

/** One request, as it went: what percentiles are made of. */
export type Exchange = {
  readonly step: Step
  readonly method: string
  readonly url: string
  /** Undefined when no answer came. */
  readonly status: number | undefined
  readonly milliseconds: number
}
