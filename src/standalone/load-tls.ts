import type { Settings } from '../config/options.ts'
import type { Certificate } from '../http/tls/certificate.ts'
import type { CertificateWatch } from '../http/tls/certificate-watch.ts'
import type { Clock } from '../kernel/clock.ts'
import { reasonOf, ZtpError } from '../kernel/errors.ts'
import type { Logger } from '../kernel/logger.ts'
import { watchedFiles } from '../store/watched-files.ts'

/** The certificate that the settings name, as it is at start. */
export type Tls = {
  readonly certificate: Certificate
  /** Follows its files from now on. */
  watch(logger: Logger, onChange: (certificate: Certificate) => void): CertificateWatch
  /** For who has become another user since. */
  warnUnlessReadable(logger: Logger): Promise<void>
}

/**
 * Reads what TLS needs, if the settings ask for TLS: its code is loaded then.
 *
 * @throws ZtpError ZTP_BAD_CONFIGURATION naming the setting, the file and what is wrong
 */
export async function loadTls(settings: Settings, clock: Clock): Promise<Tls | undefined> {
  const { tlsCert: cert, tlsKey: key, tlsCa: ca } = settings
  if (cert === '' && key === '' && ca === '') return undefined
  if (cert === '' || key === '') {
    const missing = cert === '' ? 'tls_cert' : 'tls_key'
    throw new ZtpError(
      'ZTP_BAD_CONFIGURATION',
      `[server] ${missing} is missing: TLS needs tls_cert and tls_key`,
    )
  }
  const { pathsOf, readCertificate } = await import('../http/tls/certificate-files.ts')
  const { watchCertificate } = await import('../http/tls/certificate-watch.ts')
  const paths = { cert, key, ca }
  const stamp = await watchedFiles.stamp(pathsOf(paths))
  const start = await readCertificate(paths, watchedFiles)
  return {
    certificate: start.certificate,
    watch: (logger, onChange) =>
      watchCertificate(start, stamp, { paths, files: watchedFiles, clock, logger, onChange }),
    async warnUnlessReadable(logger) {
      for (const path of pathsOf(paths)) {
        await watchedFiles.read(path).catch((thrown: unknown) => {
          logger.warn(`${reasonOf(thrown)}; a new certificate will need a restart`)
        })
      }
    },
  }
}
