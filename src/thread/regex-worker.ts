import { serveRequests } from './serve-requests.ts'

/** A JavaScript regular expression, and the text that it is tried on. */
export type RegexTrial = {
  readonly source: string
  readonly flags: string
  readonly value: string
}

serveRequests<readonly RegexTrial[], readonly boolean[]>((trials) =>
  trials.map(({ source, flags, value }) => new RegExp(source, flags).test(value)),
)
