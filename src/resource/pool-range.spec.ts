import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandRange, readRange } from './pool-range.ts'
import type { PoolRange } from './range-reading.ts'

function range(key: string): PoolRange {
  const reading = readRange(key)
  if (reading?.kind !== 'range') throw new Error(`${key} is no range: ${reading?.reason}`)
  return reading.range
}

describe('readRange', () => {
  const whole: readonly (readonly [string, readonly string[]])[] = [
    ['10.0.0.254-10.0.1.1', ['10.0.0.254', '10.0.0.255', '10.0.1.0', '10.0.1.1']],
    ['192.168.1.10-192.168.1.12/24', ['192.168.1.10/24', '192.168.1.11/24', '192.168.1.12/24']],
    ['10.0.0.1-10.0.0.1/32', ['10.0.0.1/32']],
    [
      '2001:DB8::fe-2001:db8:0::101/64',
      ['2001:db8::fe/64', '2001:db8::ff/64', '2001:db8::100/64', '2001:db8::101/64'],
    ],
    ['fe80::ffff-fe80::1:0', ['fe80::ffff', 'fe80::1:0']],
    ['::-::1/0', ['::/0', '::1/0']],
    ['leaf[08-10]', ['leaf08', 'leaf09', 'leaf10']],
    ['leaf[8-10].dc1', ['leaf8.dc1', 'leaf9.dc1', 'leaf10.dc1']],
    ['[099-100]', ['099', '100']],
    ['r[0-1]', ['r0', 'r1']],
    ['10.0.[9-10].1/24', ['10.0.9.1/24', '10.0.10.1/24']],
    ['a[x][1-2]', ['a[x]1', 'a[x]2']],
    ['a-b[1-1]', ['a-b1']],
  ]
  it.each(whole)('expands %s', (key, entries) => {
    expect([...(expandRange(key) ?? [])]).toEqual(entries)
    expect(range(key).size).toBe(BigInt(entries.length))
  })

  const sizes: readonly (readonly [string, bigint, string, string])[] = [
    ['192.168.1.10-192.168.1.250/24', 241n, '192.168.1.10/24', '192.168.1.250/24'],
    ['0.0.0.0-255.255.255.255', 2n ** 32n, '0.0.0.0', '255.255.255.255'],
    [
      '2001:db8::-2001:db8::ffff:ffff:ffff:ffff/64',
      2n ** 64n,
      '2001:db8::/64',
      '2001:db8::ffff:ffff:ffff:ffff/64',
    ],
    [
      '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
      2n ** 128n,
      '::',
      'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    ],
    ['v[0-99999999999999999999]', 10n ** 20n, 'v0', 'v99999999999999999999'],
  ]
  it.each(sizes)('knows the exact size of %s', (key, size, first, last) => {
    const found = range(key)
    expect([found.size, found.at(0n), found.at(size - 1n)]).toEqual([size, first, last])
  })

  const ordinary = [
    ...[
      '10.0.0.0/30',
      '10.0.0.1',
      '2001:db8::/64',
      'a-b',
      'leaf-01',
      '10-20',
      '1.2-1.5',
      '1.2.3-1.2.9',
    ],
    ...[
      '10.0.0.1-mgmt',
      'mgmt-10.0.0.1',
      'leaf[01]',
      'leaf[a-b]',
      'leaf[-]',
      'dead-beef',
      '2024-01-02',
    ],
    ...['00:1c:73:aa:bb:01-00:1c:73:aa:bb:09', '00-1c-73-aa-bb-cc', 'a [b - c]', ''],
  ]
  it.each(ordinary)('takes %j for an ordinary entry', (key) => {
    expect(readRange(key)).toBeUndefined()
    expect(expandRange(key)).toBeUndefined()
  })

  const malformed: readonly (readonly [string, string])[] = [
    ['10.0.0.9-10.0.0.1/24', 'goes backwards: write 10.0.0.1-10.0.0.9/24'],
    ['fe80::2-fe80::1', 'goes backwards: write fe80::1-fe80::2'],
    [
      '10.0.0.1-250/24',
      'is a range without two whole addresses: 192.168.1.10-192.168.1.250/24 would',
    ],
    ['10.0.0.1-10.0.0.256', 'is a range without two whole addresses'],
    ['10.0.0.01-10.0.0.09', 'is a range without two whole addresses'],
    ['10.0.0.1-::9', 'is a range from an IPv4 to an IPv6 address'],
    ['10.0.0.1/24-10.0.0.9/24', 'write 10.0.0.1-10.0.0.9/24'],
    ['10.0.0.1/24-10.0.0.9', 'write 10.0.0.1-10.0.0.9/24'],
    ['10.0.0.1-10.0.0.9/33', 'ends in no prefix length: /0 to /32'],
    ['10.0.0.1-10.0.0.9/', 'ends in no prefix length'],
    ['::1-::9/129', '/0 to /128'],
    ['leaf[64-01]', 'goes backwards: write leaf[01-64]'],
    ['leaf[01-128]x', 'leading zeros in numbers of different length: write leaf[001-128]x'],
    ['leaf[1-]', 'has no range in its brackets: leaf[01-64] would be one'],
    ['leaf[1-2-3]', 'has no range in its brackets'],
    ['leaf[1,3-4]', 'has no range in its brackets'],
    ['leaf[1 - 4]', 'has no range in its brackets'],
    ['r[1-2]p[1-4]', 'has two ranges: one [n-m] is allowed'],
  ]
  it.each(malformed)('finds %s malformed, and says what would be right', (key, reason) => {
    expect(readRange(key)).toMatchObject({
      kind: 'malformed',
      reason: expect.stringContaining(reason),
    })
    expect(() => expandRange(key)).toThrow(key)
  })
})

describe('a range', () => {
  const rests: readonly (readonly [string, bigint, string])[] = [
    ['10.0.0.1-10.0.0.9/24', 0n, '10.0.0.1-10.0.0.9/24'],
    ['10.0.0.1-10.0.0.9/24', 3n, '10.0.0.4-10.0.0.9/24'],
    ['10.0.0.1-10.0.0.9/24', 8n, '10.0.0.9/24'],
    ['leaf[01-64]x', 8n, 'leaf[09-64]x'],
    ['leaf[01-64]x', 63n, 'leaf64x'],
  ]
  it.each(rests)('%s from position %s on is %s', (key, from, rest) => {
    const { size, part } = range(key)
    expect(part({ from, to: size - 1n })).toBe(rest)
  })

  const covers: readonly (readonly [string, string, readonly [number, number] | undefined])[] = [
    ['10.0.0.1-10.0.0.9/24', '10.0.0.3/24', [2, 2]],
    ['10.0.0.1-10.0.0.9/24', '10.0.0.3', undefined],
    ['10.0.0.1-10.0.0.9', '10.0.0.3/24', undefined],
    ['10.0.0.1-10.0.0.9/24', '10.0.0.10/24', undefined],
    ['10.0.0.1-10.0.0.9/24', '10.0.0.7-10.0.0.20/24', [6, 8]],
    ['10.0.0.1-10.0.0.9/24', '10.0.0.0-10.0.0.20/24', [0, 8]],
    ['::1-::ff/64', '0:0::A/64', [9, 9]],
    ['::1-::ff/64', '10.0.0.1/64', undefined],
    ['leaf[01-64]', 'leaf07', [6, 6]],
    ['leaf[01-64]', 'leaf7', undefined],
    ['leaf[01-64]', 'leaf10', [9, 9]],
    ['leaf[01-64]', 'leaf[60-70]', [59, 63]],
    ['leaf[01-64]', 'leaf[8-12]', [9, 11]],
    ['leaf[8-12]', 'leaf[01-64]', [2, 4]],
    ['leaf[001-064]', 'leaf[01-64]', undefined],
    ['leaf[0-9]', 'leaf[0-4]', [0, 4]],
    ['leaf[1-9]a', 'leaf3b', undefined],
    ['a1[1-9]1a', 'a1a', undefined],
    ['leaf[1-9]', 'leaf[9-1]', undefined],
    ['leaf[1-9]', 'leaf', undefined],
  ]
  it.each(covers)('%s covers of %s: %j', (key, other, expected) => {
    const span = range(key).covers(other)
    expect(span && [Number(span.from), Number(span.to)]).toEqual(expected)
  })

  const address = fc
    .bigInt(0n, 2n ** 32n - 1n)
    .map((value) => [24n, 16n, 8n, 0n].map((bits) => (value >> bits) & 255n).join('.'))
  const ends = fc.tuple(fc.bigInt(0n, 300n), fc.bigInt(0n, 300n))
  const anyRange = fc.oneof(
    ends.map(([a, b]) => `x[${a < b ? a : b}-${a < b ? b : a}]`),
    ends.map(([a, b]) => `x[${pad(a < b ? a : b)}-${pad(a < b ? b : a)}]`),
    ends.map(([a, b]) => `10.0.${a >> 8n}.${a & 255n}-10.1.${b >> 8n}.${b & 255n}/24`),
    ends.map(([a, b]) => `2001:db8::${a.toString(16)}-2001:db8::1:${b.toString(16)}/64`),
    fc.tuple(address, address).map(([a, b]) => `${a}-${b}`),
  )

  function pad(value: bigint): string {
    return value.toString().padStart(3, '0')
  }

  it('has each of its entries just where it says', () => {
    fc.assert(
      fc.property(anyRange, fc.bigInt(0n, 2n ** 32n), (key, number) => {
        const reading = readRange(key)
        if (reading?.kind !== 'range') return
        const { size, at, covers, part } = reading.range
        const position = number % size
        const entry = at(position)
        expect(covers(entry)).toEqual({ from: position, to: position })
        for (const span of [
          { from: position, to: size - 1n },
          { from: 0n, to: position },
        ]) {
          expect(covers(part(span))).toEqual(span)
        }
        expect(readRange(entry)).toBeUndefined()
      }),
    )
  })

  it('covers of another range what is in both, text by text', () => {
    const small = fc.tuple(fc.nat(120), fc.nat(30), fc.boolean()).map(([low, length, padded]) => {
      const text = (value: number) => String(value).padStart(padded ? 3 : 0, '0')
      return `x[${text(low)}-${text(low + length)}]`
    })
    fc.assert(
      fc.property(small, small, (one, other) => {
        const own = [...(expandRange(one) ?? [])]
        const theirs = new Set(expandRange(other))
        const shared = own.flatMap((entry, at) => (theirs.has(entry) ? [at] : []))
        const span = range(one).covers(other)
        const positions = span ? [Number(span.from), Number(span.to)] : [undefined, undefined]
        expect(positions).toEqual([shared.at(0), shared.at(-1)])
      }),
    )
  })
})
