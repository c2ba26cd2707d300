import { ZtpError } from '../../kernel/errors.ts'

/** Of what a plugin says of its failure, the most that goes into the log's sentence. */
const LONGEST_REASON = 500

/**
 * Why a plugin gave no value.
 *
 * @param file its name in plugins/
 */
export function pluginFailure(file: string, reason: string, cause?: unknown): ZtpError {
  const line = reason.trim().replace(/\s*\n\s*/g, '; ')
  const cut = line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}…` : line
  return new ZtpError('ZTP_PLUGIN_FAILED', `plugins/${file} failed: ${cut}`, cause)
}

export function tookTooLong(file: string, milliseconds: number): ZtpError {
  return pluginFailure(file, `it took longer than ${milliseconds / 1000} s and was stopped`)
}

export function allBusy(file: string): ZtpError {
  const reason = 'all workers were busy with other calls; [plugins] workers says how many there are'
  return pluginFailure(file, reason)
}
