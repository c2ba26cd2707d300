import { execFile } from 'node:child_process'

/** What curl made of a request. */
export type Curled = {
  /** Curl's own exit status; 0 when there was an answer. */
  readonly exit: number
  readonly status: number
  readonly body: string
  readonly complaint: string
}

/** One request by curl, which knows unix sockets and TLS; it follows nothing and ignores ~/.curlrc. */
export function curl(...args: readonly string[]): Promise<Curled> {
  const all = ['-q', '-s', '-S', '-g', '--max-time', '20', '-w', '\n%{http_code}', ...args]
  return new Promise((resolve) => {
    execFile('curl', all, { env: { PATH: process.env.PATH } }, (fault, stdout, complaint) => {
      const end = stdout.lastIndexOf('\n')
      const exit = typeof fault?.code === 'number' ? fault.code : 0
      resolve({ exit, status: Number(stdout.slice(end)), body: stdout.slice(0, end), complaint })
    })
  })
}
