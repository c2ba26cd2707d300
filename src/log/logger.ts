import { isIPv4 } from 'node:net'
import { pino } from 'pino'
import type { Settings } from '../config/options.ts'
import type { Clock } from '../kernel/clock.ts'
import { ZtpError } from '../kernel/errors.ts'
import { escapeControls } from '../kernel/escape-controls.ts'
import type { Logger, LogLevel } from '../kernel/logger.ts'
import { callSite } from './call-site.ts'
import { openMovableSink } from './open-sink.ts'
import { compilePythonFormat } from './python-format.ts'
import { PYTHON_LEVELS } from './record.ts'
import type { LogTarget, Sink } from './sink.ts'

export type LoggerOptions = {
  /** `json`, or a format of Python's logging module. */
  readonly format: string
  /** Messages below it are not written. */
  readonly level: LogLevel
  /** Standard error, handed in, or a file. */
  readonly stream: LogTarget
  readonly clock: Clock
  readonly pid: number
}

/** A logger whose lines may still be on their way. */
export type StreamLogger = Logger & {
  /** Resolves when all lines so far are written, or cannot be: await it before the process ends. */
  flush(): Promise<void>
  /** Lines from now on go there. Resolves when all lines before are written, or cannot be. */
  moveTo(target: LogTarget): Promise<void>
}

type LogFunction = (message: string) => void
/** @param called the logger's function, by whose caller the source is found */
type WriteLine = (level: LogLevel, message: string, called: LogFunction) => void

const NAME = 'ztpserver'

/**
 * Makes the log: one message, one line, whatever the message contains. Lines leave in order, without
 * holding the caller; a reader that goes away takes the log with it, not the server.
 *
 * @throws ZtpError ZTP_BAD_CONFIGURATION when the format is not one
 */
export function createLogger(options: LoggerOptions): StreamLogger {
  const sink = openMovableSink(options.stream, (lines) => {
    logger.warn(`${lines} log lines were lost: nothing read the log fast enough`)
  })
  const write =
    options.format.trim() === 'json' ? jsonLines(options, sink) : textLines(options, sink)
  const least = PYTHON_LEVELS[options.level].number
  const at = (level: LogLevel): LogFunction => {
    if (PYTHON_LEVELS[level].number < least) return () => {}
    const log = (message: string): void => write(level, escapeControls(message), log)
    return log
  }
  const logger: StreamLogger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('fatal'),
    flush: () => sink.flush(),
    moveTo: (target) => sink.moveTo(target),
  }
  return logger
}

/**
 * The level that the settings ask for: with `logging` off, or `console_logging` where there is no
 * file, fatal errors only.
 *
 * @param debug what `--debug` says; it beats the file
 */
export function logLevel(
  { logging, consoleLogging, logFile }: Pick<Settings, 'logging' | 'consoleLogging' | 'logFile'>,
  debug: boolean,
): LogLevel {
  if (debug) return 'debug'
  return logging && (consoleLogging || logFile !== '') ? 'info' : 'fatal'
}

function textLines({ format, clock, pid }: LoggerOptions, sink: Sink): WriteLine {
  const compiled = compilePythonFormat(format)
  if (compiled.kind === 'invalid') {
    const setting = '[default] console_logging_format'
    throw new ZtpError('ZTP_BAD_CONFIGURATION', `${setting}: ${compiled.problems.join('; ')}`)
  }
  const { needsSite, render } = compiled.format
  const constant = { name: NAME, pid, startTime: clock.now() }
  return (level, message, called) => {
    const site = needsSite ? callSite(called) : undefined
    sink.write(`${render({ ...constant, level, message, time: clock.now(), site })}\n`)
  }
}

function jsonLines({ clock, pid }: LoggerOptions, sink: Sink): WriteLine {
  const lines = pino(
    {
      level: 'debug',
      base: { pid, name: NAME },
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  )
  return (level, message) => {
    const node = nodeOf(message)
    lines[level](node === undefined ? {} : { node }, message)
  }
}

/**
 * The node that a line is about: every such line begins with `<node id>: `. So do lines about files
 * and clients; but a node id has a digit in it, as every serial number and MAC address has, and is no
 * IP address.
 */
function nodeOf(message: string): string | undefined {
  const start = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63}): /.exec(message)?.[1]
  return start !== undefined && /\d/.test(start) && !isIPv4(start) ? start : undefined
}
