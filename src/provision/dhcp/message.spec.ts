import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Discover, decodeOffer, encodeDiscover } from './message.ts'

const ASKED: Discover = {
  transaction: 0xdeadbeef,
  mac: Uint8Array.from([0, 0x1c, 0x73, 0, 0x10, 1]),
  vendor: 'Arista;vEOS',
}
const URL_BYTES = [...Buffer.from('http://10.0.0.2/bootstrap')]
const IS_OFFER = [53, 1, 2]
const SERVER = [54, 4, 10, 0, 0, 2]
const BOOT_FILE = [67, URL_BYTES.length, ...URL_BYTES]
const BOOT_URL = 'http://10.0.0.2/bootstrap'

type Parts = {
  readonly options?: readonly number[]
  readonly file?: readonly number[]
  readonly sname?: readonly number[]
  /** Bytes to be something else, by their place. */
  readonly change?: Readonly<Record<number, number>>
}

/** An answer to ASKED. */
function offer({
  options = [...IS_OFFER, ...SERVER, 255],
  file = [],
  sname = [],
  change = {},
}: Parts) {
  const bytes = Buffer.alloc(240 + options.length)
  bytes[0] = 2
  bytes.writeUInt32BE(ASKED.transaction, 4)
  bytes.set([10, 0, 0, 100], 16)
  bytes.set([10, 0, 0, 9], 20)
  bytes.set(ASKED.mac, 28)
  bytes.set(sname, 44)
  bytes.set(file, 108)
  bytes.set([99, 130, 83, 99], 236)
  bytes.set(options, 240)
  for (const [at, value] of Object.entries(change)) bytes[Number(at)] = value
  return bytes
}

describe('encodeDiscover', () => {
  it('writes what a switch sends', () => {
    const bytes = Buffer.from(encodeDiscover(ASKED))
    expect(bytes.length).toBe(300)
    expect(bytes.subarray(0, 12).toString('hex')).toBe('01010600deadbeef00008000')
    expect(bytes.subarray(12, 28).every((each) => each === 0)).toBe(true)
    expect(bytes.subarray(28, 44).toString('hex')).toBe('001c73001001'.padEnd(32, '0'))
    expect(bytes.subarray(44, 236).every((each) => each === 0)).toBe(true)
    const vendor = Buffer.from('Arista;vEOS').toString('hex')
    expect(bytes.subarray(236).toString('hex').replace(/0+$/, '')).toBe(
      ['63825363', '350101', '3c0b', vendor, '3707', '0103060c0f4243', 'ff'].join(''),
    )
  })

  it('has room for a long vendor', () => {
    const vendor = 'v'.repeat(200)
    const bytes = Buffer.from(encodeDiscover({ ...ASKED, vendor }))
    expect(bytes.subarray(243, 245)).toEqual(Buffer.from([60, 200]))
    expect(bytes.subarray(245, 445).toString()).toBe(vendor)
    expect(bytes.at(-1)).toBe(255)
  })

  it('says nothing of a vendor when there is none', () => {
    const bytes = Buffer.from(encodeDiscover({ ...ASKED, vendor: undefined }))
    expect(bytes.subarray(240, 245).toString('hex')).toBe('3501013707')
  })
})

describe('decodeOffer', () => {
  const OFFERED = { server: '10.0.0.2', address: '10.0.0.100' }
  const NONE = { ...OFFERED, bootFile: undefined }
  const WITH_URL = { ...OFFERED, bootFile: BOOT_URL }

  it.each<readonly [string, Parts, unknown]>([
    ['no boot file', {}, NONE],
    ['option 67', { options: [...IS_OFFER, ...SERVER, ...BOOT_FILE, 255] }, WITH_URL],
    ['option 67 first', { options: [...BOOT_FILE, ...SERVER, ...IS_OFFER, 255] }, WITH_URL],
    [
      'option 67 with a NUL',
      { options: [...IS_OFFER, ...SERVER, 67, 2, 65, 0] },
      { ...OFFERED, bootFile: 'A' },
    ],
    ['an empty option 67', { options: [...IS_OFFER, ...SERVER, 67, 0, 255] }, NONE],
    [
      'option 67 in two pieces',
      { options: [...IS_OFFER, 67, 1, 65, ...SERVER, 67, 1, 66, 255] },
      { ...OFFERED, bootFile: 'AB' },
    ],
    ['the field file', { file: URL_BYTES }, WITH_URL],
    [
      'a field file without an end',
      { file: Array(128).fill(65) },
      { ...OFFERED, bootFile: 'A'.repeat(128) },
    ],
    [
      'option 67 before the field',
      { file: [65], options: [...IS_OFFER, ...SERVER, ...BOOT_FILE] },
      WITH_URL,
    ],
    [
      'options in the field file',
      { file: [...BOOT_FILE, 255], options: [...IS_OFFER, ...SERVER, 52, 1, 1, 255] },
      WITH_URL,
    ],
    [
      'options in the field sname, and a file',
      { sname: [...SERVER, 255], file: URL_BYTES, options: [...IS_OFFER, 52, 1, 2, 255] },
      WITH_URL,
    ],
    [
      'options in both',
      {
        file: [0, 0, ...SERVER, 255],
        sname: [...BOOT_FILE, 255],
        options: [...IS_OFFER, 52, 1, 3],
      },
      WITH_URL,
    ],
    [
      'an overload of nothing known',
      { file: URL_BYTES, options: [...IS_OFFER, ...SERVER, 52, 1, 9, 255] },
      WITH_URL,
    ],
    ['an overload without a value', { options: [...IS_OFFER, ...SERVER, 52, 0, 255] }, NONE],
    [
      'an overload within an overload',
      {
        file: [52, 1, 3, 255],
        sname: [...BOOT_FILE, 255],
        options: [...IS_OFFER, ...SERVER, 52, 1, 1],
      },
      NONE,
    ],
    ['a length that lies', { options: [...IS_OFFER, ...SERVER, 67, 200, 65, 66] }, NONE],
    [
      'a length that lies in a field',
      { file: [67, 255], options: [...IS_OFFER, ...SERVER, 52, 1, 1] },
      NONE,
    ],
    ['an option without a length', { options: [...IS_OFFER, ...SERVER, 67] }, NONE],
    ['no end', { options: [...IS_OFFER, ...SERVER] }, NONE],
    ['something behind the end', { options: [...IS_OFFER, ...SERVER, 255, 0, ...BOOT_FILE] }, NONE],
    [
      'a single byte of padding',
      { options: [0, ...IS_OFFER, 0, ...SERVER, 0, ...BOOT_FILE] },
      WITH_URL,
    ],
    [
      'a field file whose text looks like an option',
      { file: [67, 1, 65] },
      { ...OFFERED, bootFile: 'C\u0001A' },
    ],
    [
      'options in a full field sname, and a file that looks like one',
      { sname: Array(64).fill(0), file: [67, 1, 65], options: [...IS_OFFER, ...SERVER, 52, 1, 2] },
      { ...OFFERED, bootFile: 'C\u0001A' },
    ],
    ['no server', { options: [...IS_OFFER, 255] }, { ...NONE, server: '10.0.0.9' }],
    [
      'a server of three bytes',
      { options: [...IS_OFFER, 54, 3, 1, 2, 3] },
      { ...NONE, server: '10.0.0.9' },
    ],
    [
      'bytes that are no text',
      { options: [...IS_OFFER, ...SERVER, 67, 1, 0xff] },
      { ...OFFERED, bootFile: '\ufffd' },
    ],
    ['a DHCPACK', { options: [53, 1, 5, 255] }, undefined],
    ['a type without a value', { options: [53, 0, 255] }, undefined],
    ['no type: BOOTP', { options: [255] }, undefined],
    ['no options at all', { options: [] }, undefined],
    ['a request', { change: { 0: 1 } }, undefined],
    ['an answer to somebody else', { change: { 33: 2 } }, undefined],
    ['an answer to another question', { change: { 7: 0 } }, undefined],
    ['no magic cookie', { change: { 236: 0 } }, undefined],
  ])('reads %s', (_name, parts, expected) => {
    expect(decodeOffer(offer(parts), ASKED)).toEqual(expected)
  })

  it('reads every beginning of an offer', () => {
    const whole = offer({ options: [...IS_OFFER, ...SERVER, ...BOOT_FILE, 255] })
    for (let length = 0; length < 243; length += 1) {
      expect(decodeOffer(whole.subarray(0, length), ASKED)).toBeUndefined()
    }
    for (let length = 243; length < whole.length - 1; length += 1) {
      expect(decodeOffer(whole.subarray(0, length), ASKED)?.bootFile).toBeUndefined()
    }
  })

  it('never throws', () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 })
    fc.assert(
      fc.property(bytes, bytes, bytes, (options, file, sname) => {
        decodeOffer(offer({ options: [...IS_OFFER, ...options], file, sname }), ASKED)
        decodeOffer(Uint8Array.from(options), ASKED)
      }),
    )
  })
})
