export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** Where log lines go. A line about a node begins with `<node id>: `. */
export type Logger = { readonly [level in LogLevel]: (message: string) => void }

/** A logger that keeps nothing. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
}
