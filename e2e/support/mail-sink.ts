import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** A mail server that takes every mail and delivers none. */
export type MailSink = {
  /** `HOST:PORT` */
  readonly address: string
  /** What it was told so far: each mail with its envelope, one text. */
  mails(): readonly string[]
  close(): Promise<void>
}

/** Listens on a free port of the loopback and speaks as much SMTP (RFC 5321) as a client needs. */
export async function startMailSink(): Promise<MailSink> {
  const mails: string[] = []
  const listener = createServer((client) => {
    receive(client, mails).catch(() => client.destroy())
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  return {
    address: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    mails: () => mails,
    async close() {
      listener.close()
      await once(listener, 'close')
    },
  }
}

async function receive(client: Socket, mails: string[]): Promise<void> {
  const say = (words: string) => client.write(`${words}\r\n`)
  let mail: string[] = []
  let inData = false
  say('220 sink')
  for await (const line of createInterface({ input: client })) {
    mail.push(line)
    if (inData && line !== '.') continue
    const [verb = ''] = line.toUpperCase().split(' ')
    if (inData) {
      mails.push(mail.join('\n'))
      mail = []
    }
    inData = !inData && verb === 'DATA'
    say(inData ? '354 go on' : verb === 'QUIT' ? '221 bye' : '250 taken')
    if (verb === 'QUIT') client.end()
  }
}
