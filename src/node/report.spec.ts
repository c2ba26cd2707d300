import { describe, expect, it } from 'vitest'
import { type NodeReport, parseReport, reportToJson } from './report.ts'

const EMPTY: NodeReport = {
  model: null,
  serialnumber: null,
  systemmac: null,
  version: null,
  neighbors: new Map(),
}

const NEIGHBOR = { device: 'spine1', port: 'Ethernet1' }

describe('parseReport', () => {
  const good: readonly (readonly [string, unknown, Partial<NodeReport>])[] = [
    ['an empty object', {}, {}],
    ['nulls', { model: null, neighbors: null }, {}],
    ['unknown keys, left out', { serialnumber: 'A', more: { x: 1 } }, { serialnumber: 'A' }],
    ['a MAC', { systemmac: '00:1C:73:aa:BB:cc' }, { systemmac: '001c73aabbcc' }],
    ['empty text', { serialnumber: '' }, { serialnumber: '' }],
    [
      'neighbors',
      { neighbors: { Ethernet1: [NEIGHBOR], Management1: [] } },
      {
        neighbors: new Map([
          ['Ethernet1', [NEIGHBOR]],
          ['Management1', []],
        ]),
      },
    ],
    [
      'more of a neighbor than we keep',
      { neighbors: { Et1: [{ ...NEIGHBOR, ttl: 120 }] } },
      { neighbors: new Map([['Et1', [NEIGHBOR]]]) },
    ],
    [
      'an interface named __proto__',
      JSON.parse('{"neighbors": {"__proto__": [{"device": "a", "port": "b"}]}}'),
      { neighbors: new Map([['__proto__', [{ device: 'a', port: 'b' }]]]) },
    ],
    ['a __proto__ beside the fields', JSON.parse('{"__proto__": {"model": "x"}}'), {}],
  ]
  it.each(good)('reads %s', (_name, json, fields) => {
    expect(parseReport(json)).toEqual({ kind: 'report', report: { ...EMPTY, ...fields } })
  })

  it('hands out the configuration that came along', () => {
    const found = parseReport({ serialnumber: 'A', config: 'hostname x\n' })
    expect(found).toMatchObject({ kind: 'report', config: 'hostname x\n' })
  })

  const many = Array.from({ length: 2049 }, () => NEIGHBOR)
  it.each([
    ['a list', [], 'the report must be a JSON object'],
    ['null', null, 'the report must be a JSON object'],
    ['text', 'x', 'the report must be a JSON object'],
    ['a number for text', { model: 7050 }, 'model must be text'],
    ['text without end', { version: 'x'.repeat(513) }, 'version is longer than 512 characters'],
    ['a configuration that is no text', { config: {} }, 'config must be text'],
    ['neighbors as a list', { neighbors: [] }, /^neighbors must be an object/],
    [
      'one neighbor for a list',
      { neighbors: { Et1: NEIGHBOR } },
      'neighbors of Et1 must be a list',
    ],
    ['a neighbor as text', { neighbors: { Et1: ['a'] } }, /on Et1 must be \{device, port\}/],
    ['no device', { neighbors: { Et1: [{ port: 'x' }] } }, 'a neighbor on Et1 has no device'],
    ['no port', { neighbors: { Et1: [{ device: 'x' }] } }, 'a neighbor on Et1 has no port'],
    ['a null port', { neighbors: { Et1: [{ device: 'x', port: null }] } }, /Et1 has no port/],
    [
      'a port that is no text',
      { neighbors: { Et1: [{ device: 'x', port: 1 }] } },
      'port of a neighbor on Et1 must be text',
    ],
    ['too many on one interface', { neighbors: { Et1: many } }, 'neighbors are more than 2048'],
    [
      'too many interfaces',
      { neighbors: Object.fromEntries(many.map((_, index) => [`Et${index}`, []])) },
      'neighbors are more than 2048',
    ],
  ])('refuses %s', (_name, json, reason) => {
    const found = parseReport(json)
    expect(found.kind === 'bad' ? found.reason : found).toMatch(reason)
  })

  it('reads what reportToJson wrote', () => {
    const report: NodeReport = {
      model: 'DCS-7050',
      serialnumber: 'A\u00e9',
      systemmac: '001c73aabbcc',
      version: null,
      neighbors: new Map([
        ['Ethernet1', [NEIGHBOR, { device: '"', port: '' }]],
        ['__proto__', []],
      ]),
    }
    const text = reportToJson(report)
    expect(text).toContain('{"model": "DCS-7050", "systemmac": "001c73aabbcc", "serialnumber":')
    expect(parseReport(JSON.parse(text))).toEqual({ kind: 'report', report })
  })
})
