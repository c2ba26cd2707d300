import { formatDiagnostic } from '../kernel/diagnostic.ts'
import { ZtpError } from '../kernel/errors.ts'
import { toJson } from '../kernel/json.ts'
import type { Logger } from '../kernel/logger.ts'
import { parseBootstrapConf } from './bootstrap-config.ts'
import type { Library } from './ports.ts'

export type BootstrapConfigPorts = { readonly library: Library; readonly logger: Logger }

/**
 * GET /bootstrap/config, as a function that reads and warns once for each content of the file.
 *
 * @returns the JSON text
 * @throws ZtpError ZTP_MISSING_BOOTSTRAP when the file is not valid
 */
export function bootstrapConfig({ library, logger }: BootstrapConfigPorts): () => Promise<string> {
  let last: { readonly text: string; readonly json: string } | undefined
  return async () => {
    const loaded = await library.bootstrapConf()
    if (loaded.kind === 'broken') {
      throw notValid(loaded.diagnostics.map(formatDiagnostic))
    }
    const text = loaded.kind === 'absent' ? '' : loaded.value
    if (last?.text === text) return last.json
    const { value, diagnostics } = parseBootstrapConf(text, library.bootstrapConfPath)
    if (value === undefined) throw notValid(diagnostics.map(formatDiagnostic))
    for (const each of diagnostics) logger.warn(formatDiagnostic(each))
    last = { text, json: toJson(value) }
    return last.json
  }
}

function notValid(reasons: readonly string[]): ZtpError {
  return new ZtpError('ZTP_MISSING_BOOTSTRAP', `bootstrap.conf: ${reasons.join('; ')}`)
}
