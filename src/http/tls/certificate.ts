import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { utcText } from '../../kernel/clock.ts'
import { reasonOf } from '../../kernel/errors.ts'

/** What TLS needs; PEM. */
export type Certificate = {
  /** Ours, and those between it and an authority. */
  readonly cert: string
  readonly key: string
  /** Whose certificates clients must show; undefined when they need none. */
  readonly ca?: string | undefined
}

/** When it may be used; milliseconds since 1970. */
export type Validity = { readonly from: number; readonly to: number }

export type Inspection =
  | {
      readonly kind: 'usable'
      /** Of the server's own certificate. */
      readonly validity: Validity
      /** Of those after it, all at once: not each of them is needed by every client. */
      readonly chainValidity: Validity
    }
  /** @see Certificate; `of` is the part at fault */
  | {
      readonly kind: 'unusable'
      readonly of: keyof Certificate
      /** Follows the name of the file. */
      readonly problem: string
    }

/** Whether the parts are what they should be, and belong together. */
export function inspect(certificate: Certificate): Inspection {
  const chain = certificatesIn(certificate.cert)
  if (typeof chain === 'string') return unusable('cert', chain)
  const key = keyIn(certificate.key)
  if (typeof key === 'string') return unusable('key', key)
  const [own, ...others] = chain
  if (!own?.checkPrivateKey(key)) {
    return others.some((each) => each.checkPrivateKey(key))
      ? unusable('cert', 'does not begin with the certificate that tls_key belongs to')
      : unusable('key', 'is not the key of the certificate in tls_cert')
  }
  const authorities = certificate.ca === undefined ? [] : certificatesIn(certificate.ca)
  if (typeof authorities === 'string') return unusable('ca', authorities)
  try {
    createSecureContext({ ...certificate })
  } catch (thrown) {
    return unusable('cert', `cannot be used: ${reasonOf(thrown)}`)
  }
  return { kind: 'usable', validity: validityOf([own]), chainValidity: validityOf(others) }
}

function unusable(of: keyof Certificate, problem: string): Inspection {
  return { kind: 'unusable', of, problem }
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** @returns at least one; else what is wrong */
function certificatesIn(pem: string): readonly X509Certificate[] | string {
  const blocks = pem.match(BLOCK) ?? []
  if (blocks.length === 0) return 'holds no certificate in PEM form'
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch {
    return 'holds a certificate that cannot be read'
  }
}

/** @returns the key; else what is wrong */
function keyIn(pem: string): KeyObject | string {
  try {
    return createPrivateKey(pem)
  } catch {
    return pem.includes('ENCRYPTED')
      ? 'is protected by a passphrase: the server needs a key without'
      : 'holds no private key in PEM form'
  }
}

/** When all of them are valid; always, if there are none. */
function validityOf(chain: readonly X509Certificate[]): Validity {
  return {
    from: Math.max(...chain.map(({ validFrom }) => Date.parse(validFrom))),
    to: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
  }
}

/** @returns what is wrong with the time; follows the name of the file */
export function untimely({ from, to }: Validity, now: number): string | undefined {
  if (now < from) return `is not valid before ${utcText(from)}`
  return now > to ? `has expired on ${utcText(to)}` : undefined
}
