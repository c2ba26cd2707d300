import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ipText, parseIp } from './ip-address.ts'

describe('parseIp and ipText', () => {
  const written: readonly (readonly [string, string])[] = [
    ['192.0.2.1', '192.0.2.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['0.0.0.0', '0.0.0.0'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::0001', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80::', 'fe80::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:0:0:2:3:0:0:4', '1::2:3:0:0:4'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ]
  it.each(written)('%s is %s', (text, canonical) => {
    const address = parseIp(text)
    expect(address && ipText(address)).toBe(canonical)
  })

  const not = ['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '01.2.3.4', '1.2.3.4/8', 'a', '1', ':', ':::']
  const neither = [
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::',
    '::1.2.3',
    '1:2',
  ]
  it.each([...not, ...neither, 'fe80::1%eth0', '00:1c:73:aa:bb:cc'])('%j is none', (text) => {
    expect(parseIp(text)).toBeUndefined()
  })

  it('reads back what it wrote, and agrees with the operating system on what is one', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:.]{0,20}$/))
    fc.assert(
      fc.property(address, (text) => {
        const read = parseIp(text)
        expect(read?.family ?? 0).toBe(isIP(text))
        if (read !== undefined) expect(parseIp(ipText(read))).toEqual(read)
      }),
      { numRuns: 3000 },
    )
  })
})
