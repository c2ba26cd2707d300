import { type Clock, utcText } from '../../kernel/clock.ts'
import { reasonOf } from '../../kernel/errors.ts'
import type { Logger } from '../../kernel/logger.ts'
import { type Certificate, untimely } from './certificate.ts'
import {
  type CertificatePaths,
  type FileReader,
  nameOf,
  pathsOf,
  readCertificate,
  type UsableCertificate,
} from './certificate-files.ts'

/** The certificate, as its files change. */
export type CertificateWatch = {
  /** Looks now, and complains at once about what it finds. */
  look(): Promise<void>
  end(): void
}

export type WatchOptions = {
  readonly paths: CertificatePaths
  readonly files: FileReader
  readonly clock: Clock
  readonly logger: Logger
  /** Called with each new one. */
  readonly onChange: (certificate: Certificate) => void
}

/** How often the files are looked at, in milliseconds. */
const EVERY_MS = 1_000

/**
 * Follows the files. A new certificate that can be used takes the place of the old one; of one that
 * cannot, or is out of its time, the log has an error, once. Certificate and key are two files: that
 * they do not fit is no error until the files have been left alone for one look.
 *
 * @param start what is in use
 * @param stamp what `files.stamp` said before it was read
 */
export function watchCertificate(
  start: UsableCertificate,
  stamp: string,
  { paths, files, clock, logger, onChange }: WatchOptions,
): CertificateWatch {
  let inUse = { ...start, stamp }
  let seen = stamp
  let complaint = ''

  async function look(atOnce: boolean): Promise<void> {
    const now = await files.stamp(pathsOf(paths))
    const settled = atOnce || now === seen
    seen = now
    if (now === inUse.stamp) return lookAtTime('error')
    const found = await attempt()
    if (typeof found !== 'string') take(found, now)
    else if (settled) {
      complain('error', `${found}; the certificate in use stays`, `${now} ${found}`, atOnce)
    }
  }

  function lookAtTime(level: 'warn' | 'error'): void {
    const name = nameOf('cert', paths)
    const problem = untimely(inUse.validity, clock.now())
    if (problem !== undefined) {
      const line = `${name} ${problem}; clients will refuse it`
      complain(level, line, `${inUse.stamp} ${problem}`, false)
      return
    }
    const above = untimely(inUse.chainValidity, clock.now())
    if (above === undefined) return
    const line = `${name}: a certificate after the server's own ${above}; clients may refuse it`
    complain('warn', line, `${inUse.stamp} chain ${above}`, false)
  }

  function complain(level: 'warn' | 'error', line: string, about: string, again: boolean): void {
    if (about === complaint && !again) return
    complaint = about
    logger[level](line)
  }

  /** @returns what is wrong with the new one */
  async function attempt(): Promise<UsableCertificate | string> {
    try {
      const found = await readCertificate(paths, files)
      const problem = untimely(found.validity, clock.now())
      return problem === undefined ? found : `${nameOf('cert', paths)} ${problem}`
    } catch (thrown) {
      return reasonOf(thrown)
    }
  }

  function take(found: UsableCertificate, now: string): void {
    // Its last file may have come between the stamp and the reading: then it is in use already.
    const isKnown = complaint === '' && isSame(found.certificate, inUse.certificate)
    inUse = { ...found, stamp: now }
    if (isKnown) return
    complaint = ''
    const until = utcText(found.validity.to)
    logger.info(`${nameOf('cert', paths)}: a new certificate is in use, valid until ${until}`)
    onChange(found.certificate)
  }

  const looks = oneAtATime(look)
  const timer = setInterval(() => looks.idle() && looks.run(false), EVERY_MS)
  timer.unref()
  lookAtTime('warn')
  return {
    look: () => looks.run(true),
    end: () => clearInterval(timer),
  }
}

function isSame(one: Certificate, other: Certificate): boolean {
  return one.cert === other.cert && one.key === other.key && one.ca === other.ca
}

function oneAtATime(look: (atOnce: boolean) => Promise<void>) {
  let last = Promise.resolve()
  let running = 0
  return {
    idle: () => running === 0,
    run(atOnce: boolean): Promise<void> {
      running += 1
      last = last
        .then(() => look(atOnce))
        .finally(() => {
          running -= 1
        })
      return last
    },
  }
}
