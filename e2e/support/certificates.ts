import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The files of a certificate; PEM. */
export type CertificateFiles = { readonly cert: string; readonly key: string }

const NEW_KEY = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'

/** A small certificate authority of openssl's, in a folder. */
export class Authority {
  readonly #folder: string
  /** Its own certificate: what clients trust. */
  readonly cert: string
  #count = 0

  private constructor(folder: string) {
    this.#folder = folder
    this.cert = join(folder, 'authority.pem')
  }

  static async in(folder: string): Promise<Authority> {
    await mkdir(folder, { recursive: true })
    const authority = new Authority(folder)
    const files = '-keyout authority-key.pem -out authority.pem'
    await authority.#openssl(`req -x509 ${NEW_KEY} ${files} -days 2 -subj /CN=authority`)
    await writeFile(join(folder, 'index'), '')
    await writeFile(join(folder, 'ca.conf'), CA_CONF)
    return authority
  }

  /**
   * A certificate for 127.0.0.1 and ::1.
   *
   * @param from the days from now on which it becomes valid
   * @param to and on which it expires
   */
  async issue(name: string, from = -1, to = 2): Promise<CertificateFiles> {
    this.#count += 1
    const stem = `${name}-${this.#count}`
    const [key, request, cert] = [`${stem}-key.pem`, `${stem}.csr`, `${stem}.pem`]
    await this.#openssl(`req ${NEW_KEY} -keyout ${key} -out ${request} -subj /CN=${name}`)
    const times = `-startdate ${opensslTime(from)} -enddate ${opensslTime(to)}`
    await this.#openssl(`ca -batch -config ca.conf -in ${request} -out ${cert} -notext ${times}`)
    return { cert: join(this.#folder, cert), key: join(this.#folder, key) }
  }

  /** The key again, behind a passphrase. */
  async protect(key: string): Promise<string> {
    await this.#openssl(`ec -aes256 -in ${key} -passout pass:x -out ${key}.enc`)
    return `${key}.enc`
  }

  /** @param words with spaces between them, and none in them */
  #openssl(words: string) {
    return run('openssl', words.split(' '), { cwd: this.#folder })
  }
}

/** `20261122142233Z` */
function opensslTime(days: number): string {
  const time = new Date(Date.now() + days * 86_400_000)
  return `${time.toISOString().replace(/[-:T]|\..*/g, '')}Z`
}

const CA_CONF = `[ca]
default_ca = test
[test]
database = index
new_certs_dir = .
certificate = authority.pem
private_key = authority-key.pem
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
x509_extensions = server
[any]
commonName = supplied
[server]
subjectAltName = IP:127.0.0.1,IP:::1
`
