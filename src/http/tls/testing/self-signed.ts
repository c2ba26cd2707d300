import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Certificate } from '../certificate.ts'

/** A certificate that nobody trusts, made by openssl: it and its key come in one text. */
export async function selfSigned(): Promise<Certificate> {
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=ztpserver -keyout - -out -'
  const { stdout } = await promisify(execFile)('openssl', words.split(' '))
  return { cert: stdout, key: stdout }
}
