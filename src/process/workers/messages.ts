import type { ErrorCode } from '../../kernel/errors.ts'

/**
 * What a worker is told: first of all to start. A socket comes with `take`.
 *
 * `Start` and `News` are what its program has to know, at start and later; plain objects.
 */
export type Order<Start, News> =
  | { readonly do: 'start'; readonly start: Start }
  /** One at a time: the next when this is taken. */
  | { readonly do: 'take'; readonly secure: boolean }
  | { readonly do: 'hear'; readonly news: News }
  /** Say that no connection is on its way to you: what was sent before has come, or never will. */
  | { readonly do: 'settle' }
  /** Say that you live. */
  | { readonly do: 'answer' }
  /** Take no more requests, let those in flight end, and end. */
  | { readonly do: 'stop' }
  /** What is still in flight: cut it. */
  | { readonly do: 'cut' }

/** What a worker tells. */
export type Report =
  | { readonly is: 'ready' }
  /** It has the connection that was sent last. */
  | { readonly is: 'taken' }
  | { readonly is: 'settled' }
  | { readonly is: 'failed'; readonly code: ErrorCode; readonly message: string }
  | { readonly is: 'alive' }
