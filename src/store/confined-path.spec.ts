import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confine } from './confined-path.ts'

const FOLDER = '/srv/ztps/files'

describe('confine', () => {
  const harmless: readonly (readonly [string, string | readonly string[], string])[] = [
    ['a name', 'image.swi', 'image.swi'],
    ['a path', 'images/4.20/EOS.swi', 'images/4.20/EOS.swi'],
    ['segments', ['templates', 'leaf'], 'templates/leaf'],
    ['a hidden file', '.node', '.node'],
    ['three dots', '...', '...'],
    ['dots inside a name', 'a..b/..c/d..', 'a..b/..c/d..'],
    ['a space and a percent sign', 'a b/100%', 'a b/100%'],
    ['what is still encoded', '%2e%2e/%2e%2e/etc', '%2e%2e/%2e%2e/etc'],
    ['letters outside ASCII', 'bücher/名', 'bücher/名'],
    ['a tilde', '~root', '~root'],
    ['a name of 255 bytes', 'x'.repeat(255), 'x'.repeat(255)],
  ]
  it.each(harmless)('takes %s', (_name, text, path) => {
    expect(confine(FOLDER, text)).toBe(`${FOLDER}/${path}`)
  })

  const hostile: readonly (readonly [string, string | readonly string[]])[] = [
    ['nothing', ''],
    ['no segments', []],
    ['the folder itself', '.'],
    ['the parent', '..'],
    ['a climb', '../../etc/passwd'],
    ['a climb from below', 'images/../../../etc/passwd'],
    ['a climb that returns', 'images/../image.swi'],
    ['a climb at the end', 'images/..'],
    ['a dot segment', 'images/./image.swi'],
    ['an absolute path', '/etc/passwd'],
    ['two leading slashes', '//etc/passwd'],
    ['an empty segment', 'images//image.swi'],
    ['a trailing slash', 'images/'],
    ['a back-slash climb', '..\\..\\etc\\passwd'],
    ['a back-slash', 'images\\image.swi'],
    ['a NUL', 'image.swi\0.txt'],
    ['a NUL alone', '\0'],
    ['a segment with a slash', ['images/../..', 'passwd']],
    ['a segment that climbs', ['..', 'passwd']],
    ['a name over 255 bytes', 'x'.repeat(256)],
    ['a name over 255 bytes in UTF-8', 'é'.repeat(128)],
    ['a path over 4095 bytes', Array.from({ length: 30 }, () => 'x'.repeat(200))],
    ['half a surrogate pair', 'a\ud800'],
  ]
  it.each(hostile)('refuses %s', (_name, text) => {
    expect(confine(FOLDER, text)).toBeUndefined()
  })

  it('never leaves the folder, whatever the text', () => {
    const piece = fc.constantFrom('..', '.', '/', '\\', '\0', 'a', '%2e', '~', ' ', '')
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(text, (untrusted) => {
        const path = confine(FOLDER, untrusted)
        return path === undefined || resolve(path).startsWith(`${FOLDER}/`)
      }),
    )
  })
})
