import { describe, expect, it } from 'vitest'
import { type Identifier, nodeIdFor, nodeIdOf, normaliseMac, parseNodeId } from './identity.ts'
import type { NodeReport } from './report.ts'

describe('parseNodeId', () => {
  it.each(['ABC12345678', '001122334455', 'a', '7.x_y-z', 'x'.repeat(64)])(
    'takes %s as it is',
    (text) => {
      expect(parseNodeId(text)).toBe(text)
    },
  )

  it.each([
    ['nothing', ''],
    ['a parent folder', '..'],
    ['a path out', '../../x'],
    ['a path', 'a/b'],
    ['a back-slash', 'a\\b'],
    ['a NUL', 'a\0'],
    ['a newline at the end', 'abc\n'],
    ['a hidden file', '.node'],
    ['an option', '-rf'],
    ['a letter outside ASCII', 'é'],
    ['white space', 'a b'],
    ['more than 64 characters', 'x'.repeat(65)],
    ['a colon', '00:11:22:33:44:55'],
  ])('refuses %s', (_name, text) => {
    expect(parseNodeId(text)).toBeUndefined()
  })
})

describe('normaliseMac', () => {
  it.each(['001122aabbcc', '00:11:22:aa:bb:cc', '00-11-22-AA-BB-CC', '0011.22AA.bbcc'])(
    'reads %s',
    (text) => {
      expect(normaliseMac(text)).toBe('001122aabbcc')
    },
  )

  it.each([
    '',
    '00112233445',
    '0011223344556',
    '00:11-22:33:44:55',
    '00:11:22:33:44',
    '0011:2233:4455',
    '00112233445g',
    '001.122.334.455',
    '001122334455\n',
  ])('refuses %j', (text) => {
    expect(normaliseMac(text)).toBeUndefined()
  })
})

describe('nodeIdFor', () => {
  const cases: readonly (readonly [string, Identifier, string | undefined])[] = [
    ['ABC123', 'serialnumber', 'ABC123'],
    ['a-b.c', 'serialnumber', 'a-b.c'],
    ['00:1C:73:aa:BB:cc', 'systemmac', '001c73aabbcc'],
    ['001c.73aa.bbcc', 'systemmac', '001c73aabbcc'],
    ['00:1C:73:aa:BB:cc', 'serialnumber', undefined],
    ['../x', 'systemmac', undefined],
    ['', 'systemmac', undefined],
  ]
  it.each(cases)('makes of %j under %s %j', (text, identifier, id) => {
    expect(nodeIdFor(text, identifier)).toBe(id)
  })
})

describe('nodeIdOf', () => {
  const report: NodeReport = {
    model: null,
    serialnumber: 'ABC',
    systemmac: '001c73aabbcc',
    version: null,
    neighbors: new Map(),
  }

  it('takes the number that the identifier names', () => {
    expect(nodeIdOf(report, 'serialnumber')).toEqual({ kind: 'found', id: 'ABC' })
    expect(nodeIdOf(report, 'systemmac')).toEqual({ kind: 'found', id: '001c73aabbcc' })
  })

  it.each([null, ''])('finds none in %j', (serialnumber) => {
    expect(nodeIdOf({ ...report, serialnumber }, 'serialnumber')).toEqual({ kind: 'absent' })
  })

  it('says that a serial number is unsafe', () => {
    const hostile = { ...report, serialnumber: '../../x' }
    expect(nodeIdOf(hostile, 'serialnumber')).toEqual({ kind: 'unsafe' })
  })
})
