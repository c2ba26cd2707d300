import { reasonOf, ZtpError } from '../../kernel/errors.ts'
import { type Certificate, inspect, type Validity } from './certificate.ts'

/** The paths of the settings `[server] tls_cert`, `tls_key` and `tls_ca`; the last may be empty. */
export type CertificatePaths = {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

/** Those that are there. */
export function pathsOf({ cert, key, ca }: CertificatePaths): readonly string[] {
  return [cert, key, ca].filter((path) => path !== '')
}

/** Looks at files: a port. */
export type FileReader = {
  /** Equal as long as none of the files changes; never fails. */
  stamp(paths: readonly string[]): Promise<string>
  /** @throws ZtpError saying why not */
  read(path: string): Promise<string>
}

/** A certificate that can be used, and until when: itself, and those after it. */
export type UsableCertificate = {
  readonly certificate: Certificate
  readonly validity: Validity
  readonly chainValidity: Validity
}

/**
 * Reads what TLS needs.
 *
 * @throws ZtpError ZTP_BAD_CONFIGURATION naming the setting, the file and what is wrong
 */
export async function readCertificate(
  paths: CertificatePaths,
  files: FileReader,
): Promise<UsableCertificate> {
  const cert = await readPart('cert', paths, files)
  const key = await readPart('key', paths, files)
  const ca = paths.ca === '' ? undefined : await readPart('ca', paths, files)
  const certificate = { cert, key, ca }
  const inspection = inspect(certificate)
  if (inspection.kind === 'usable') {
    const { validity, chainValidity } = inspection
    return { certificate, validity, chainValidity }
  }
  const { of, problem } = inspection
  throw new ZtpError('ZTP_BAD_CONFIGURATION', `${nameOf(of, paths)} ${problem}`)
}

async function readPart(
  part: keyof CertificatePaths,
  paths: CertificatePaths,
  files: FileReader,
): Promise<string> {
  try {
    return await files.read(paths[part])
  } catch (thrown) {
    throw new ZtpError('ZTP_BAD_CONFIGURATION', `[server] tls_${part}: ${reasonOf(thrown)}`, thrown)
  }
}

/** `[server] tls_key: /etc/key.pem`, the beginning of a sentence. */
export function nameOf(part: keyof CertificatePaths, paths: CertificatePaths): string {
  return `[server] tls_${part}: ${paths[part]}`
}
