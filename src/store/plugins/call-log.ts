import { StringDecoder } from 'node:string_decoder'
import type { Logger, LogLevel } from '../../kernel/logger.ts'

/** What a plugin says while one call runs, as lines of the log that begin with the node's id. */
export type CallLog = {
  /** Takes what it wrote to stdout or stderr, as it comes. */
  take(chunk: Buffer, from: string): void
  /** The same of text, which comes with a level of its own. */
  hear(level: LogLevel, text: string): void
  /** The last line that is not empty. */
  last(): string | undefined
  /** Logs what has no line end yet, and how much was left out. */
  end(): void
}

/** What has no line end yet. */
type Rest = { readonly level: LogLevel; readonly text: string }

/** Of each call; a plugin that writes without end must not fill the disk. */
const MOST_LINES = 200
const MOST_CHARACTERS = 64 * 1024
const LONGEST_LINE = 2000

/**
 * @param about whom the lines are about: the node's id
 * @param name the plugin's
 */
export function createCallLog(logger: Logger, about: string, name: string): CallLog {
  const decoders = new Map<string, StringDecoder>()
  const rests = new Map<string, Rest>()
  let lines = 0
  let written = 0
  let lost = 0
  let last: string | undefined

  function line(level: LogLevel, text: string): void {
    if (text.trim() === '') return
    last = text
    if (lines >= MOST_LINES || written >= MOST_CHARACTERS) {
      lost += text.length + 1
      return
    }
    lines += 1
    written += text.length
    const shown = text.slice(0, LONGEST_LINE)
    lost += text.length - shown.length
    logger[level](`${about}: plugin ${name}: ${shown}`)
  }

  /** @param stream of which it is the next part */
  function add(stream: string, level: LogLevel, text: string): void {
    const parts = ((rests.get(stream)?.text ?? '') + text).split(/\r\n|\n|\r/)
    const rest = parts.pop() ?? ''
    for (const each of parts) line(level, each)
    // A line without end is not kept without end.
    if (rest.length > LONGEST_LINE) line(level, rest)
    rests.set(stream, { level, text: rest.length > LONGEST_LINE ? '' : rest })
  }

  return {
    take(chunk, from) {
      const decoder = decoders.get(from) ?? new StringDecoder('utf8')
      decoders.set(from, decoder)
      add(from, 'info', decoder.write(chunk))
    },
    hear: (level, text) => add(level, level, text),
    last: () => last,
    end() {
      for (const { level, text } of rests.values()) line(level, text)
      rests.clear()
      if (lost > 0) logger.warn(`${about}: plugin ${name}: (${lost} more characters)`)
      lost = 0
    },
  }
}
