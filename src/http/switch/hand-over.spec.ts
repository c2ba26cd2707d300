import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { handOver, type Sendfile } from './hand-over.ts'

const REQUEST = new IncomingMessage(new Socket())
const IMAGE = { root: '/usr/share/ztpserver/files', path: 'images/EOS 4.33%?.swi' }
const SMALL = { ...IMAGE, content: Buffer.from('small') }

function header(sendfile: Partial<Sendfile>, file = IMAGE, fromFrontServer = true) {
  const settings = { by: 'off', location: '/ztpserver-data', ...sendfile } as const
  return handOver(settings, () => fromFrontServer)(REQUEST, 'files', file)
}

describe('handOver', () => {
  it.each<[string, Partial<Sendfile>, ReturnType<typeof header>]>([
    ['sends itself unless told otherwise', {}, undefined],
    [
      'names the path for mod_xsendfile, which decodes it',
      { by: 'x-sendfile' },
      { 'x-sendfile': '/usr/share/ztpserver/files/images/EOS%204.33%25%3F.swi' },
    ],
    [
      'names the internal location for nginx',
      { by: 'x-accel-redirect' },
      { 'x-accel-redirect': '/ztpserver-data/files/images/EOS%204.33%25%3F.swi' },
    ],
    [
      'takes a location with a slash at its end',
      { by: 'x-accel-redirect', location: '/data/' },
      { 'x-accel-redirect': '/data/files/images/EOS%204.33%25%3F.swi' },
    ],
  ])('%s', (_name, sendfile, expected) => {
    expect(header(sendfile)).toEqual(expected)
  })

  it('sends what it has in memory itself', () => {
    expect(header({ by: 'x-sendfile' }, SMALL)).toBeUndefined()
  })

  it('sends to whoever comes past the front server itself', () => {
    expect(header({ by: 'x-sendfile' }, IMAGE, false)).toBeUndefined()
  })
})
