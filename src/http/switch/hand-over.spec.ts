import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { handOver, type Sendfile } from './hand-over.ts'

function get(headers: Readonly<Record<string, string>>): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { method: 'GET', headers })
}

const IMAGE = { root: '/usr/share/ztpserver/files', path: 'images/EOS 4.33%?.swi' }
const SMALL = { ...IMAGE, content: Buffer.from('small') }

function header(sendfile: Partial<Sendfile>, file = IMAGE, fromFrontServer = true, headers = {}) {
  const settings = { by: 'off', location: '/ztpserver-data', ...sendfile } as const
  return handOver(settings, () => fromFrontServer)(get(headers), 'files', file)
}

describe('handOver', () => {
  it.each<[string, Partial<Sendfile>, ReturnType<typeof header>]>([
    ['sends itself unless told otherwise', {}, undefined],
    [
      'names the path for mod_xsendfile, as it is',
      { by: 'x-sendfile' },
      { 'x-sendfile': '/usr/share/ztpserver/files/images/EOS 4.33%?.swi' },
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

  it('names a path for mod_xsendfile in bytes', () => {
    const { 'x-sendfile': path = '' } =
      header({ by: 'x-sendfile' }, { root: '/r', path: 'ä' }) ?? {}
    expect(Buffer.from(path, 'latin1').toString()).toBe('/r/ä')
  })

  it.each(['two\nlines', 'a\0b', 'blank '])('sends a file named %j itself', (path) => {
    expect(header({ by: 'x-sendfile' }, { root: '/r', path })).toBeUndefined()
  })

  it.each([{ range: 'bytes=0-9' }, { 'if-none-match': '"x"' }, { 'if-range': '"x"' }])(
    'answers %j itself before Apache, and has nginx answer it',
    (headers) => {
      expect(header({ by: 'x-sendfile' }, IMAGE, true, headers)).toBeUndefined()
      expect(header({ by: 'x-accel-redirect' }, IMAGE, true, headers)).toBeDefined()
    },
  )

  it('sends what it has in memory itself', () => {
    expect(header({ by: 'x-sendfile' }, SMALL)).toBeUndefined()
  })

  it('sends to whoever comes past the front server itself', () => {
    expect(header({ by: 'x-sendfile' }, IMAGE, false)).toBeUndefined()
  })
})
