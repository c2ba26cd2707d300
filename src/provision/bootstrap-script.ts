import { formatDiagnostic, type Loaded } from '../kernel/diagnostic.ts'
import { ZtpError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/logger.ts'
import type { Library } from './ports.ts'

/**
 * The bootstrap script as a switch gets it: every `${SERVER}`, and every `$SERVER` that no letter,
 * digit or `_` follows, replaced by `server_url`; no other byte changes (server.md).
 *
 * @param script the file's bytes, in whatever encoding
 * @returns the bytes to send, and whether there was anything to replace
 */
export function withServerUrl(
  script: Uint8Array,
  serverUrl: string,
): { readonly bytes: Uint8Array; readonly replaced: boolean } {
  // Latin-1 maps every byte to one character and back: nothing else can change on the way.
  const text = Buffer.from(script).toString('latin1')
  const url = Buffer.from(serverUrl, 'utf8').toString('latin1')
  const served = text.replace(/\$\{SERVER\}|\$SERVER(?![A-Za-z0-9_])/g, () => url)
  return { bytes: Buffer.from(served, 'latin1'), replaced: served !== text }
}

export type BootstrapScriptPorts = {
  readonly library: Pick<Library, 'bootstrap'>
  readonly logger: Logger
}

/**
 * GET /bootstrap, as a function that remembers the last answer while the file stays as it is.
 *
 * @throws ZtpError ZTP_MISSING_BOOTSTRAP when the file is missing or unreadable
 */
export function bootstrapScript(
  serverUrl: string,
  { library, logger }: BootstrapScriptPorts,
): () => Promise<Uint8Array> {
  let last: { readonly file: Uint8Array; readonly served: Uint8Array } | undefined
  return async () => {
    const file = demandScript(await library.bootstrap())
    if (last?.file === file) return last.served
    const { bytes: served, replaced } = withServerUrl(file, serverUrl)
    if (!replaced) logger.warn('the bootstrap script has no $SERVER: it knows no server to talk to')
    last = { file, served }
    return served
  }
}

function demandScript(loaded: Loaded<Uint8Array>): Uint8Array {
  if (loaded.kind === 'loaded') return loaded.value
  const why =
    loaded.kind === 'absent' ? 'is missing' : loaded.diagnostics.map(formatDiagnostic).join('; ')
  throw new ZtpError('ZTP_MISSING_BOOTSTRAP', `the bootstrap script ${why}`)
}
