import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Float, type Value } from '../../kernel/value.ts'
import { request } from '../../resource/testing/requests.ts'
import { failureOf, pluginsUnderTest } from './testing/data-root.ts'

const { write, call, allocate, start, log, folder } = pluginsUnderTest({ timeoutMs: 60_000 })

function main(body: string): string {
  return `import { writeFileSync } from 'node:fs'\nexport function main(call) {\n${body}\n}\n`
}

describe('an ES module as plugin', () => {
  const values: readonly (readonly [string, string, Value])[] = [
    ['a text', "'é😀'", 'é😀'],
    ['null', 'null', null],
    ['a whole number', '7', 7],
    ['a whole number that JavaScript does not hold exactly', '2 ** 70', new Float(2 ** 70)],
    ['a bigint', '2n ** 80n', 2n ** 80n],
    ['a fraction', '0.5', new Float(0.5)],
    [
      'an object, keys and all',
      '({ b: [true], 2: 1 })',
      new Map<string, Value>([
        ['2', 1],
        ['b', [true]],
      ]),
    ],
    [
      'a Map, in its order',
      "new Map([['2', 1], ['1', {}]])",
      new Map<string, Value>([
        ['2', 1],
        ['1', new Map()],
      ]),
    ],
    ['what a promise brings', "new Promise((done) => setTimeout(done, 5, 'later'))", 'later'],
    ['the same twice', '(({ o: x }) => [x, x])({ o: {} })', [new Map(), new Map()]],
  ]
  it.each(values)('gives %s', async (_name, expression, value) => {
    await write('plugins/value.mjs', main(`return ${expression}`))
    expect(await call('value')).toEqual(value)
  })

  it('is given the node, the pool and the label', async () => {
    await write('plugins/given.mjs', 'export const main = (call) => call')
    const report = {
      ...request('SN1', 'p').report,
      neighbors: new Map([['Ethernet1', [{ device: 'spine1', port: 'Ethernet7' }]]]),
    }
    const node = new Map<string, Value>([
      ...(['model', 'systemmac'] as const).map((key): [string, Value] => [key, null]),
      ['serialnumber', 'SN1'],
      ['version', null],
      [
        'neighbors',
        new Map([
          [
            'Ethernet1',
            [
              new Map([
                ['device', 'spine1'],
                ['port', 'Ethernet7'],
              ]),
            ],
          ],
        ]),
      ],
    ])
    expect(await call('given', { report, label: 'lo' })).toEqual(
      new Map<string, Value>([
        ['nodeId', 'SN1'],
        ['pool', 'p'],
        ['label', 'lo'],
        ['node', node],
      ]),
    )
  })

  const troubles: readonly (readonly [string, string, RegExp])[] = [
    ['undefined', main('return undefined'), /the value is undefined, which JSON does not have$/],
    [
      'a function inside',
      main('return { a: [() => 1] }'),
      /the value\.a\[0\] is a function, which/,
    ],
    ['a symbol', main('return Symbol()'), /the value is a symbol, which/],
    ['NaN', main('return [NaN]'), /the value\[0\] is NaN, which/],
    ['a hole', main('return [1, , 2]'), /the value\[1\] is undefined, which/],
    ['a circle', main('const a = {}; a.b = { a }; return a'), /the value\.b\.a contains itself$/],
    ['a date', main('return new Date()'), /the value is an object of class Date, which/],
    [
      'a Map with another key',
      main('return new Map([[1, 2]])'),
      /a key of the value is a number, not/,
    ],
    ['10 MB', main("return 'x'.repeat(1e7)"), /the value is larger than 1 MiB$/],
    [
      '90 levels',
      main('let a = []; for (let i = 0; i < 90; i += 1) a = [a]; return a'),
      /JSON nested deeper than 64 levels$/,
    ],
    [
      'an Error that it throws',
      main("throw new RangeError('no\\nentry')"),
      /RangeError: no; entry \(plugins\/bad\.mjs:3\)$/,
    ],
    [
      'a rejection',
      'export async function main() {\n  throw new Error("x")\n}',
      /Error: x \(plugins\/bad\.mjs:2\)$/,
    ],
    ['anything that it throws', main("throw 'word'"), /it threw word$/],
    ['no main', 'export const mian = 1', /it exports no function 'main'$/],
    ['a main that is none', 'export const main = 1', /it exports no function 'main'$/],
    [
      'what is no JavaScript',
      'export function main( {',
      /SyntaxError: Unexpected end of input; node --check .*\/plugins\/bad\.mjs shows where$/,
    ],
    ['an import that is not there', "import './none.mjs'", /Error: Cannot find module .*none\.mjs/],
    [
      'an end of its thread',
      main('process.exit(4)'),
      /a worker thread failed: it ended with status 4$/,
    ],
    [
      'an error nobody awaits',
      main("Promise.reject(new Error('stray')); return new Promise(() => {})"),
      /a worker thread failed: stray$/,
    ],
    [
      'too much memory',
      main('const all = []; for (;;) all.push(new Array(1e6).fill(1.5))'),
      /a worker thread failed: Worker terminated due to reaching memory limit/,
    ],
  ]
  it.each(troubles)('fails for %s, and the next call is fine', async (_name, text, reason) => {
    await write('plugins/bad.mjs', text)
    await expect(call('bad')).rejects.toMatchObject(failureOf('bad.mjs', reason))
    await write('plugins/bad.mjs', main('return 1'))
    expect(await call('bad')).toBe(1)
  })

  it.each([
    ['does not answer', 'return new Promise(() => {})'],
    ['hangs', 'for (;;);'],
  ])('is ended when it %s, and the next call is fine', async (_name, body) => {
    const plugins = start({ timeoutMs: 2_000 })
    await write('plugins/slow.mjs', main(body))
    const reason = /it took longer than 2 s and was stopped$/
    const asked = allocate('slow', {}, plugins)
    await expect(asked).rejects.toMatchObject(failureOf('slow.mjs', reason))
    await plugins.close()
    await write('plugins/slow.mjs', main('return 1'))
    expect(await call('slow')).toBe(1)
  })

  it('has what it prints in the log, and its stack in the debug log', async () => {
    await write(
      'plugins/talks.mjs',
      main(
        `console.log('a', { b: 1 }); console.error('two\\nlines'); process.stdout.write('rest')
         throw new Error('after all')`,
      ),
    )
    await expect(call('talks')).rejects.toThrow('after all')
    expect(log.slice(0, 3)).toEqual([
      'info SN1: plugin talks.mjs: a { b: 1 }',
      'info SN1: plugin talks.mjs: two',
      'info SN1: plugin talks.mjs: lines',
    ])
    expect(log).toContain('info SN1: plugin talks.mjs: rest')
    expect(log.join('\n')).toMatch(
      /debug SN1: plugin talks\.mjs: +at (?:Module\.)?main \(.*talks\.mjs:4/,
    )
  })

  it('has some of 10 MB that it prints in the log', async () => {
    await write(
      'plugins/loud.mjs',
      main("for (let i = 0; i < 1e5; i += 1) console.log('x'.repeat(99)); return 1"),
    )
    expect(await call('loud')).toBe(1)
    expect(log.length).toBe(201)
  })

  it('is loaded once, and again when it changes; its imports are those beside it', async () => {
    await write('plugins/lib/beside.mjs', "export const beside = 'beside'\n")
    const text = (mark: string) =>
      `import { beside } from './lib/beside.mjs'\nlet count = 0\nexport const main = () => [beside, '${mark}', (count += 1)]\n`
    await write('plugins/counting.mjs', text('one'))
    await expect.poll(() => call('counting')).toEqual(['beside', 'one', 3])
    await write('plugins/counting.mjs', text('two'))
    expect(await call('counting')).toEqual(['beside', 'two', 1])
  })

  it('may be called NAME.js', async () => {
    await write('plugins/plain.js', 'export const main = ({ pool }) => pool\n')
    expect(await call('plain')).toBe('p')
    expect(log).toEqual([])
  })

  it('may be CommonJS called NAME.js', async () => {
    await write('plugins/common.js', 'module.exports = { main: ({ pool }) => pool }\n')
    expect(await call('common')).toBe('p')
  })

  it('runs without what is the secret of the server', async () => {
    const plugins = start({ env: { ...process.env, ZTPS_POSTGRES_URL: 'u', MYSQL_HOST: 'db' } })
    await write(
      'plugins/where.mjs',
      'export const main = () => Object.keys(process.env).filter((key) => /ZTPS|MYSQL/.test(key)).sort()',
    )
    const { value } = await allocate('where', {}, plugins)
    await plugins.close()
    expect(value).toEqual(['MYSQL_HOST', 'ZTPS_DATA_ROOT'])
  })

  it('waits for its answers when it is closed', async () => {
    const plugins = start()
    await write(
      'plugins/slow.mjs',
      main(`writeFileSync(new URL('../begun', import.meta.url), '')
        return new Promise((done) => setTimeout(done, 200, 'done'))`),
    )
    const asked = allocate('slow', {}, plugins)
    await expect.poll(() => access(join(folder(), 'begun')).then(() => true, String)).toBe(true)
    await plugins.close()
    expect((await asked).value).toBe('done')
  })
})
