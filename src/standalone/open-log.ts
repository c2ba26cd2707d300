import type { Settings } from '../config/options.ts'
import { reasonOf, ZtpError } from '../kernel/errors.ts'
import { createLogger, logLevel, type StreamLogger } from '../log/logger.ts'
import { type LogFile, openLogFile } from '../store/log-file.ts'
import type { Surroundings } from './surroundings.ts'

/** The log of a process. */
export type Log = {
  readonly logger: StreamLogger
  /** Opens the log file anew, if there is one; it may have been renamed. */
  reopen(): Promise<void>
}

type Around = Pick<Surroundings, 'clock' | 'pid' | 'logStream'>

/**
 * Opens the log where the settings want it: in a file, or on standard error.
 *
 * @param debug what `--debug` says
 * @throws ZtpError ZTP_BAD_CONFIGURATION when the file cannot be opened, or the format is not one
 */
export async function openLog(settings: Settings, debug: boolean, around: Around): Promise<Log> {
  const { consoleLoggingFormat: format, logFile: path } = settings
  const level = logLevel(settings, debug)
  const { clock, pid, logStream } = around
  if (path === '') {
    const logger = createLogger({ format, level, stream: logStream, clock, pid })
    return { logger, reopen: async () => {} }
  }
  const file = await openFirst(path)
  const logger = createLogger({ format, level, stream: file, clock, pid })
  return { logger, reopen: reopening(path, file, logger) }
}

async function openFirst(path: string): Promise<LogFile> {
  try {
    return await openLogFile(path)
  } catch (thrown) {
    throw new ZtpError('ZTP_BAD_CONFIGURATION', `[log] file: ${reasonOf(thrown)}`, thrown)
  }
}

/** One at a time, however often it is asked. */
function reopening(path: string, first: LogFile, logger: StreamLogger): () => Promise<void> {
  let file = first
  let last = Promise.resolve()

  async function reopen(): Promise<void> {
    try {
      const old = file
      file = await openLogFile(path)
      await logger.moveTo(file)
      await old.close()
    } catch (thrown) {
      logger.error(`[log] file: ${reasonOf(thrown)}; the log goes on where it was`)
    }
  }

  return () => {
    last = last.then(reopen)
    return last
  }
}
