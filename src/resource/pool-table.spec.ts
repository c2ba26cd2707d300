import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../kernel/diagnostic.ts'
import { createPoolTable } from './create-pool-table.ts'
import type { PoolTable } from './pool-table.ts'

function table(text: string): PoolTable {
  const { value, diagnostics } = createPoolTable(Buffer.from(text), 'resources/p')
  if (value === undefined) throw new Error(diagnostics.map(formatDiagnostic).join('\n'))
  return value
}

function textOf(pool: PoolTable): string {
  return Buffer.concat([...pool.content()]).toString('utf8')
}

function listing(pool: PoolTable): readonly (readonly [string, string | null])[] {
  return [...pool.entries()].map(({ key, holder }) => [key, holder])
}

/** A first line that no reader of lines takes: each case is for both tables. */
const KINDS: readonly (readonly [string, string])[] = [
  ['lines', ''],
  ['any YAML', 'zz: {}\n'],
]

describe.each(KINDS)('a pool as %s', (_kind, head) => {
  const pool = (text: string) => table(head + text)
  const text = (of: PoolTable) => textOf(of).slice(head.length)

  it('finds the first free entry in the order of the file, also after one was freed', () => {
    const p = pool('b: N1\na: null\nc: null\n')
    expect(p.firstFree()).toBe('a')
    p.set('a', 'N2')
    expect(p.firstFree()).toBe('c')
    p.set('b', null)
    expect(p.firstFree()).toBe('b')
    expect(text(p)).toBe('b: null\na: N2\nc: null\n')
  })

  it('knows when none is free', () => {
    const p = pool('a: N1\n')
    expect(p.firstFree()).toBeUndefined()
    expect(p.isChanged()).toBe(false)
  })

  const same: readonly (readonly [string, string, string, boolean])[] = [
    ['the same text', 'JPE1', 'JPE1', true],
    ['a MAC in other writing', '00:1C:73:aa:bb:cc', '001c73aabbcc', true],
    ['a MAC asked for in other writing', '001c73aabbcc', '001C.73AA.BBCC', true],
    ['a MAC and its label', '001c.73aa.bbcc/lo', '001c73aabbcc/lo', true],
    ['quotes', "'001c73aabbcc/lo 1'", '001c73aabbcc/lo 1', true],
    ['words', 'set aside', 'set aside', true],
    ['a label', 'JPE1', 'JPE1/lo', false],
    ['another case', 'JPE1', 'jpe1', false],
    ['another label', 'JPE1/a', 'JPE1/b', false],
  ]
  it.each(same)('compares holders: %s', (_name, written, asked, found) => {
    expect(pool(`a: ${written}\n`).keyOf(asked)).toBe(found ? 'a' : undefined)
    const p = pool('a: null\n')
    p.set('a', written.replaceAll("'", ''))
    expect(p.keyOf(asked)).toBe(found ? 'a' : undefined)
  })

  it('answers the first of several entries, the preferred one, and the one that is left', () => {
    const p = pool('a: N1\nb: N1\nc: null\n')
    expect(p.keyOf('N1')).toBe('a')
    p.prefer('b')
    expect(p.keyOf('N1')).toBe('b')
    p.set('b', null)
    expect(p.keyOf('N1')).toBe('a')
    p.set('a', 'N2')
    expect([p.keyOf('N1'), p.keyOf('N2')]).toEqual([undefined, 'a'])
    p.set('b', 'N2')
    p.set('b', null)
    expect(p.keyOf('N2')).toBe('a')
    p.prefer('c')
    p.prefer('zz1')
    expect(p.keyOf('N2')).toBe('a')
  })

  it('takes the last of duplicate keys for the entry', () => {
    const p = pool('a: null\nb: null\na: N1\n')
    expect(p.firstFree()).toBe('b')
    expect([p.holderOf('a'), p.holderOf('b')]).toEqual(['N1', null])
    expect(listing(p).filter(([key]) => key === 'a')).toEqual([['a', 'N1']])
    p.set('a', 'N2')
    expect(text(p)).toBe('a: null\nb: null\na: N2\n')
  })

  it('gives a key that YAML takes for two only once', () => {
    const p = pool("1: null\n'1': null\n")
    expect(p.firstFree()).toBe('1')
    p.set('1', 'N1')
    expect(p.firstFree()).toBeUndefined()
    expect(text(p)).toBe("1: null\n'1': N1\n")
  })

  it('leaves out a key that the pool does not have', () => {
    const p = pool('a: null\n')
    p.set('nn', 'N1')
    expect([p.keyOf('N1'), p.holderOf('nn'), p.holderOf('a'), p.isChanged()]).toEqual([
      undefined,
      undefined,
      null,
      false,
    ])
  })

  const TEXT = '# mgmt\r\na:  null   # first\r\n\r\n"b c": N1\r\nd:\r\ne: # spare\nf: N2'
  const changes: readonly (readonly [string, { readonly [key: string]: string | null }, string])[] =
    [
      ['nothing', {}, TEXT],
      ['a free entry', { a: 'N9' }, TEXT.replace('null', 'N9')],
      ['a held one', { 'b c': null }, TEXT.replace('N1', 'null')],
      ['one without a value', { d: 'N9' }, TEXT.replace('d:', 'd: N9')],
      ['one with only a comment', { e: 'N9' }, TEXT.replace('e:', 'e: N9')],
      ['the last line', { f: 'N9' }, TEXT.replace('N2', 'N9')],
      ['digits, in quotes', { a: '001122334455' }, TEXT.replace('null', "'001122334455'")],
      ['a word with a meaning', { a: 'No' }, TEXT.replace('null', "'No'")],
      ['two at once', { a: 'N8', f: 'N9' }, TEXT.replace('null', 'N8').replace('N2', 'N9')],
    ]
  it.each(changes)('changes %s and no other byte', (_name, wanted, expected) => {
    const p = pool(TEXT)
    for (const [key, holder] of Object.entries(wanted)) p.set(key, holder)
    expect(text(p)).toBe(expected)
    expect(p.isChanged()).toBe(expected !== TEXT)
    p.saved()
    expect([p.isChanged(), text(p)]).toEqual([false, expected])
  })

  it('frees all at once, what has changed since included', () => {
    const p = pool('a: N1 # x\nb: null\nc:\nd: N2')
    p.set('b', 'N3')
    p.set('d', null)
    const cleared = Buffer.concat([...p.clearedContent()]).toString()
    expect(cleared).toMatch(/(?:^|\n)a: null # x\nb: null\nc:\nd: null$/)
  })

  it('reads back what it wrote, and what it wrote after that', () => {
    const label = fc.string({ unit: 'binary', maxLength: 12 })
    fc.assert(
      fc.property(fc.array(label, { maxLength: 4 }), (labels) => {
        let p = pool('a: null # x\nb: null\n')
        for (const each of labels) {
          const holder = `N1/${each.replace(/[^\x20-\x7e\u00a1-\u02ff]/g, '')}`
          for (const wanted of [holder, null]) {
            p.set('a', wanted)
            p = table(textOf(p))
            expect(listing(p).slice(-2)).toEqual([
              ['a', wanted],
              ['b', null],
            ])
          }
        }
      }),
    )
  })
})

describe.each(KINDS)('a range in a pool as %s', (_kind, head) => {
  /** Takes entries until none is left. */
  function drain(pool: PoolTable, most = 10_000): readonly string[] {
    const taken: string[] = []
    for (let key = pool.firstFree(); key !== undefined && taken.length < most; ) {
      taken.push(key)
      pool.set(key, `N${taken.length}`)
      key = pool.firstFree()
    }
    return taken
  }

  const cases: readonly (readonly [string, string, string])[] = [
    [
      'a comment',
      '# c\nx[1-2]:  ~   # rack 7\nb: null\n',
      '# c\n# rack 7\nx1:  N1\nx2:  ~\nb: null\n',
    ],
    ['nothing after the colon', 'x[1-2]:\n', 'x1: N1\nx2:\n'],
    [
      'entries before and behind',
      'x2: N9\nx[1-4]: null\nx3: null\n',
      'x2: N9\nx1: N1\nx4: null\nx3: null\n',
    ],
    [
      'Windows line ends',
      'a: N9\r\nx[1-2]: null\r\nb: null\r\n',
      'a: N9\r\nx1: N1\r\nx2: null\r\nb: null\r\n',
    ],
    ['no line end at the end', 'a: N9\nx[1-2]: null', 'a: N9\nx1: N1\nx2: null'],
    ['another range', 'x[1-2]: null\nx[2-3]: null\n', 'x1: N1\nx2: null\nx[2-3]: null\n'],
    [
      'a part that is held',
      'x[1-9]: null\nx[2-8]: printers\n',
      'x1: N1\nx9: null\nx[2-8]: printers\n',
    ],
    ['one entry', 'x[5-5]: null\n', 'x5: N1\n'],
    ['numbers that YAML reads in another way', '1[08-09]: null\n', '108: N1\n109: null\n'],
    ['a quoted key', "'0[6-7]': null\n", "'06': N1\n'07': null\n"],
  ]
  it.each(cases)('becomes lines in its place: %s', (_name, before, after) => {
    const pool = table(head + before)
    pool.set(pool.firstFree() ?? '', 'N1')
    expect(pool.isChanged()).toBe(true)
    expect(textOf(pool)).toBe(head + after)
  })

  it('has the addresses that stand there in another writing only once', () => {
    const pool = table(`${head}2001:DB8::2/64: N9\n2001:db8::1-2001:db8::3/64: null\n`)
    expect(drain(pool)).toEqual(['2001:db8::1/64', '2001:db8::3/64'])
  })

  it('is no more once all of it is given out', () => {
    const pool = table(`${head}10.0.0.254-10.0.1.1/16: null\nb: null\n`)
    expect(drain(pool)).toEqual([
      '10.0.0.254/16',
      '10.0.0.255/16',
      '10.0.1.0/16',
      '10.0.1.1/16',
      'b',
    ])
  })

  it('without an entry of its own goes, and the next free one is given', () => {
    const pool = table(`${head}x1: N9\nx[1-1]: null\nb: null\n`)
    expect(pool.firstFree()).toBe('b')
    expect(textOf(pool)).toBe(`${head}x1: N9\nb: null\n`)
    expect(pool.isChanged()).toBe(true)
  })

  it('that somebody holds is an entry like others', () => {
    const pool = table(`${head}x[1-9]: N1\nb: null\n`)
    expect([pool.keyOf('N1'), pool.firstFree()]).toEqual(['x[1-9]', 'b'])
    pool.set('x[1-9]', null)
    expect(pool.firstFree()).toBe('x1')
  })

  it('that is huge is expanded a part at a time', () => {
    const pool = table(`${head}2001:db8::-2001:db8::ffff:ffff:ffff:ffff/64: null\nb: null\n`)
    expect(pool.firstFree()).toBe('2001:db8::/64')
    const lines = textOf(pool).slice(head.length).split('\n')
    expect(lines).toHaveLength(4096 + 3)
    expect(lines.slice(4095, 4098)).toEqual([
      '2001:db8::fff/64: null',
      '2001:db8::1000-2001:db8::ffff:ffff:ffff:ffff/64: null',
      'b: null',
    ])
    expect(drain(pool, 5000).at(-1)).toBe('2001:db8::1387/64')
  })

  const malformed: readonly (readonly [string, string, RegExp])[] = [
    ['backwards', 'x[9-1]', /x\[9-1\] goes backwards: write x\[1-9\]/],
    ['half an address', '10.0.0.1-9', /10.0.0.1-9 is a range without two whole addresses/],
  ]
  it.each(malformed)(
    'that is %s stops those who come to it, at its place',
    (_name, key, reason) => {
      const pool = table(`${head}a: null\n${key}: null\nb: N2\n`)
      expect([pool.firstFree(), pool.keyOf('N2')]).toEqual(['a', 'b'])
      pool.set('a', 'N1')
      const line = head === '' ? 2 : 3
      expect(() => pool.firstFree()).toThrow(`resources/p:${line}:1: ${key}`)
      expect(() => pool.firstFree()).toThrow(reason)
      pool.set('a', null)
      expect(pool.firstFree()).toBe('a')
    },
  )
})

describe('a range in other YAML', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'a flow map',
      '{10.0.0.1-10.0.0.2/24: null, b: N9}\n',
      '{10.0.0.1/24: N1, 10.0.0.2/24: null, b: N9}\n',
    ],
    ['quotes in a flow map', "{'x[1-2]': null}", '{x1: N1, x2: null}'],
    ['the end of a flow map', '{10.0.0.1: N9, 10.0.0.1-10.0.0.1: }', '{10.0.0.1: N9 }'],
    ['the start of a flow map', '{10.0.0.1-10.0.0.1: , 10.0.0.1: N9}', '{10.0.0.1: N9}'],
    [
      'indented lines',
      '  zz: {}\n  x[1-2]: null  # c\n',
      '  zz: {}\n  # c\n  x1: N1\n  x2: null\n',
    ],
  ]
  it.each(cases)('is expanded in %s', (_name, before, after) => {
    const pool = table(before)
    pool.set(pool.firstFree() ?? '', 'N1')
    expect(textOf(pool)).toBe(after)
  })

  const refused: readonly (readonly [string, string])[] = [
    ['an explicit key', '? x[1-2]\n: null\n'],
    ['an anchor', 'zz: {}\nx[1-2]: &a null\n'],
    ['a value on the next line', 'zz: {}\nx[1-2]:\n  null\n'],
  ]
  it.each(refused)('is refused, with the way out: %s', (_name, text) => {
    expect(() => table(text).firstFree()).toThrow(
      /^resources\/p:\d+:\d+: x\[1-2\] cannot be expanded as it is written: give it a line/,
    )
  })
})

describe('both ways to keep a pool', () => {
  const key = fc.constantFrom(
    'a',
    'b',
    'c',
    'x1',
    'x2',
    'x3',
    '10.0.0.1/24',
    '10.0.0.2/24',
    'x[1-3]',
  )
  const holder = fc.constantFrom(
    'N1',
    'N2',
    'N1/lo',
    '001c73aabbcc',
    '00:1C:73:AA:BB:CC',
    'set aside',
  )
  const value = fc.option(holder)
  const step = fc.oneof(
    fc.tuple(fc.constant('set' as const), key, value),
    { weight: 3, arbitrary: fc.tuple(fc.constant('take' as const), holder) },
    fc.tuple(fc.constant('keyOf' as const), holder),
    fc.tuple(fc.constant('reread' as const)),
  )
  const entries = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 7 })

  it('agree on everything, whatever is asked in whatever order', () => {
    fc.assert(
      fc.property(entries, fc.array(step, { maxLength: 30 }), (start, steps) => {
        const body = start.map(([name, held]) => `${name}: ${held ?? 'null'}\n`).join('')
        let lines = table(body)
        let yaml = table(`zz: {}\n${body}`)
        const both = <T>(ask: (pool: PoolTable) => T) => {
          const answer = ask(lines)
          expect(answer).toEqual(ask(yaml))
          return answer
        }
        for (const [kind, first = '', second = null] of steps) {
          if (kind === 'set') both((pool) => pool.set(first, second))
          if (kind === 'keyOf') both((pool) => pool.keyOf(first) === undefined)
          if (kind === 'take') {
            const free = both((pool) => pool.firstFree())
            if (free !== undefined) both((pool) => pool.set(free, first))
          }
          if (kind === 'reread') [lines, yaml] = [table(textOf(lines)), table(textOf(yaml))]
          expect(listing(yaml).slice(1)).toEqual(listing(lines))
          expect(textOf(yaml)).toBe(`zz: {}\n${textOf(lines)}`)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
