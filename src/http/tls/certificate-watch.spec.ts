import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../kernel/logger.ts'
import type { Certificate } from './certificate.ts'
import { readCertificate } from './certificate-files.ts'
import { type CertificateWatch, watchCertificate } from './certificate-watch.ts'
import { selfSigned } from './testing/self-signed.ts'

const PATHS = { cert: 'cert.pem', key: 'key.pem', ca: '' }

let first: Certificate
let second: Certificate
let watch: CertificateWatch | undefined

beforeAll(async () => {
  first = await selfSigned()
  second = await selfSigned()
})

afterEach(() => watch?.end())

/** Files that hold the certificate and have the stamp that was put there last. */
async function watched() {
  const log: string[] = []
  let [held, stamp] = [first, 'before']
  const files = {
    stamp: async () => stamp,
    read: async (path: string) => {
      const text = path === PATHS.cert ? held.cert : held.key
      if (text === '') throw new Error(`${path} is empty`)
      return text
    },
  }
  const logger = {
    ...silentLogger,
    info: (line: string) => void log.push(line),
    error: (line: string) => void log.push(line),
  }
  const options = { paths: PATHS, files, clock: { now: () => Date.now() }, logger }
  const { look, ...rest } = watchCertificate(await readCertificate(PATHS, files), 'before', {
    ...options,
    onChange: ({ cert }) => void log.push(cert === first.cert ? '1st' : '2nd'),
  })
  watch = { look, ...rest }
  return {
    log,
    async sees(next: Certificate, nextStamp: string) {
      held = next
      stamp = nextStamp
      await look()
    },
  }
}

const USED = expect.stringMatching(/cert\.pem: a new certificate is in use, valid until /)

describe('a certificate that is replaced', () => {
  it('is taken up once, though its second file came while it was read', async () => {
    const { log, sees } = await watched()
    await sees(second, 'with the old key')
    await sees(second, 'with the new key')
    expect(log).toEqual([USED, '2nd'])
    await sees(first, 'another')
    expect(log).toEqual([USED, '2nd', USED, '1st'])
  })

  it('is said to be in use again after a complaint, the same or not', async () => {
    const { log, sees } = await watched()
    await sees({ cert: '', key: '' }, 'empty')
    await sees(first, 'mended')
    expect(log).toEqual([expect.stringMatching(/cert\.pem is empty; the .* stays$/), USED, '1st'])
  })
})
