import { rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Float, type Value } from '../../kernel/value.ts'
import { request } from '../../resource/testing/requests.ts'
import { failureOf, pluginsUnderTest } from './testing/data-root.ts'

const { write, call, allocate, start, log, folder } = pluginsUnderTest()

describe('a plugin in Python gives', () => {
  const values: readonly (readonly [string, string, Value])[] = [
    ['a text', "'10.0.0.1/24'", '10.0.0.1/24'],
    ['text outside ASCII', "'é😀\\n'", 'é😀\n'],
    ['None', 'None', null],
    ['an integer of any size', '2 ** 80', 2n ** 80n],
    ['a float that is whole', '1.0', new Float(1)],
    ['a tuple', '(1, (2,))', [1, [2]]],
    [
      'a dict, in its order',
      "{'b': True, 'a': {}, 3: []}",
      new Map<string, Value>([
        ['b', true],
        ['a', new Map()],
        ['3', []],
      ]),
    ],
    ['a namedtuple', "__import__('collections').namedtuple('T', 'a')(1)", [1]],
    ['nearly 1 MiB', "'x' * (1024 * 1024 - 2)", 'x'.repeat(1024 * 1024 - 2)],
  ]
  it.each(values)('%s', async (_name, expression, value) => {
    await write('plugins/value', `def main(node_id, pool):\n    return ${expression}\n`)
    expect(await call('value')).toEqual(value)
  })

  it.each([
    ['NaN', "float('nan')", /main returned what JSON does not have: Out of range float/],
    ['an infinity in a list', "[float('inf')]", /main returned what JSON does not have: Out of/],
    ['bytes', "b'x'", /main returned what JSON does not have: Object of type '?bytes'? is not/],
    ['an object', 'object()', /main returned what JSON does not have: Object of type '?object/],
    ['a circle', '(lambda x: x.append(x) or x)([])', /main returned .*: Circular reference/],
    ['10 MB', "'x' * 10_000_000", /the value is larger than 1 MiB/],
    [
      'a list of 90 levels',
      "eval('[' * 90 + ']' * 90)",
      /what it sent cannot be read: JSON nested deeper than 64/,
    ],
  ])('an error for %s', async (_name, expression, reason) => {
    await write('plugins/value', `def main(node_id, pool):\n    return ${expression}\n`)
    await expect(call('value')).rejects.toMatchObject(failureOf('value', reason))
  })
})

describe('main of a plugin in Python', () => {
  const mains: readonly (readonly [string, string, Value])[] = [
    ['two parameters', 'def main(node_id, pool):\n    return [node_id, pool]', ['SN1', 'p']],
    [
      'three',
      'def main(node_id, pool, node):\n    return [node_id, pool, node.serialnumber]',
      ['SN1', 'p', 'SN1'],
    ],
    ['any number', 'def main(*args):\n    return [len(args), args[2].model]', [3, null]],
    ['a third with a default', 'def main(a, b, c=1):\n    return c.serialnumber', 'SN1'],
    ['a label with a default', 'def main(a, b, label=0):\n    return label', 0],
    ['a label without one', 'def main(a, b, node, label):\n    return label', null],
    [
      'an object that can be called',
      'class M:\n    def __call__(self, a, b):\n        return b\nmain = M()',
      'p',
    ],
    ['a function that tells nothing of itself', 'main = print', null],
  ]
  it.each(mains)('may have, or be, %s', async (_name, text, value) => {
    await write('plugins/shape.py', text)
    expect(await call('shape')).toEqual(value)
  })

  const labelled: readonly (readonly [string, string, Value])[] = [
    ['a parameter', 'def main(a, b, label=None):\n    return label', 'lo'],
    ['a parameter behind the node', 'def main(a, b, node, label):\n    return label', 'lo'],
    ['a parameter by name only', 'def main(a, b, *, label):\n    return label', 'lo'],
    ['a parameter for any name', "def main(a, b, **more):\n    return more['label']", 'lo'],
  ]
  it.each(labelled)('gets the label of a call in %s', async (_name, text, value) => {
    await write('plugins/shape.py', text)
    expect(await call('shape', { label: 'lo' })).toEqual(value)
  })

  it('that has no place for a label is not called with one', async () => {
    await write('plugins/shape.py', 'def main(a, b, node):\n    return 1')
    const reason = /it has no parameter 'label' for the label 'lo'/
    await expect(call('shape', { label: 'lo' })).rejects.toMatchObject(
      failureOf('shape.py', reason),
    )
  })

  it('gets the node as it reported itself', async () => {
    await write(
      'plugins/node',
      `def main(node_id, pool, node):
    seen = node.neighbors['Ethernet1'][1]
    return [node.model, node.version, node.systemmac, node.serialnumber, node.identifier(),
            list(node.neighbors), seen.device, seen.interface, seen.port, list(node.neighbors()),
            node.neighbors('Ethernet2'), node.serialize()['neighbors']['Ethernet1'][0]]
`,
    )
    const report = {
      ...request('SN1', 'p').report,
      model: 'vEOS',
      version: '4.28',
      systemmac: '001c73000001',
      neighbors: new Map([
        [
          'Ethernet1',
          [
            { device: 'spine1', port: 'Ethernet7' },
            { device: 'spine2', port: 'Ethernet8' },
          ],
        ],
      ]),
    }
    expect(await call('node', { report })).toEqual([
      ...['vEOS', '4.28', '001c73000001', 'SN1', 'SN1', ['Ethernet1'], 'spine2'],
      ...['Ethernet8', 'Ethernet8', ['Ethernet1'], null],
      new Map([
        ['device', 'spine1'],
        ['port', 'Ethernet7'],
      ]),
    ])
  })
})

describe('a plugin in Python', () => {
  it('is loaded once, and again when it changes', async () => {
    const text = (mark: string) =>
      `import os\ncount = 0\ndef main(a, b):\n    global count\n    count += 1\n    return ['${mark}', count, os.getpid()]\n`
    await write('plugins/counting', text('one'))
    const first = await call('counting')
    expect(first).toEqual(['one', 1, expect.any(Number)])
    const pid = Array.isArray(first) ? first[2] : undefined
    // Once the file has been at rest.
    await expect.poll(() => call('counting')).toEqual(['one', 4, pid])
    await write('plugins/counting', text('two'))
    expect(await call('counting')).toEqual(['two', 1, pid])
  })

  it('imports what lies beside it, as it is now', async () => {
    await write('plugins/helping/__init__.py', 'from helping.values import value\n')
    await write('plugins/helping/values.py', "value = 'one'\n")
    await write('plugins/asks', 'import helping\ndef main(a, b):\n    return helping.value\n')
    expect(await call('asks')).toBe('one')
    await write('plugins/helping/values.py', "value = 'two!'\n")
    expect(await call('asks')).toBe('two!')
    await write('plugins/helping/values.py', "value = 'three'; import nothing_such\n")
    const reason =
      /ModuleNotFoundError: No module named 'nothing_such' \(plugins\/helping\/values\.py:1\)/
    await expect(call('asks')).rejects.toMatchObject(failureOf('asks', reason))
    await write('plugins/helping/values.py', "value = 'four'\n")
    expect(await call('asks')).toBe('four')
  })

  it('does not hide the package of its name from its own import', async () => {
    await write('plugins/json.py', 'import json\ndef main(a, b):\n    return json.dumps(a)\n')
    expect(await call('json')).toBe('"SN1"')
  })

  it('may pickle what it defines', async () => {
    await write(
      'plugins/classes',
      `import pickle
class Pair:
    def __init__(self, one):
        self.one = one
def main(node_id, pool):
    return pickle.loads(pickle.dumps(Pair(node_id))).one
`,
    )
    expect(await call('classes')).toBe('SN1')
  })

  it('leaves nothing behind in plugins/', async () => {
    await write('plugins/beside.py', 'x = 1\n')
    await write('plugins/imports', 'import beside\ndef main(a, b):\n    return beside.x\n')
    expect(await call('imports')).toBe(1)
    await expect(rm(join(folder(), 'plugins/__pycache__'), { recursive: true })).rejects.toThrow(
      'ENOENT',
    )
  })

  it('runs in plugins/, without what is the secret of the server', async () => {
    const env = { ...process.env, ZTPS_POSTGRES_URL: 'u', PGPASSWORD: 'p', MYSQL_HOST: 'db' }
    const plugins = start({ env })
    await write(
      'plugins/where',
      `import os\ndef main(a, b):\n    return [os.getcwd(), sorted(k for k in os.environ if k.startswith(('ZTPS', 'PG', 'MYSQL')))]\n`,
    )
    const { value } = await allocate('where', {}, plugins)
    await plugins.close()
    expect(value).toEqual([join(folder(), 'plugins'), ['MYSQL_HOST', 'ZTPS_DATA_ROOT']])
  })

  it('runs in plugins/ again after a call that went elsewhere', async () => {
    await write('plugins/goes', "import os\ndef main(i, p):\n    os.chdir('/')\n")
    await write('plugins/reads', "def main(i, p):\n    return open('goes').readline()\n")
    await call('goes')
    expect(await call('reads')).toBe('import os\n')
  })

  it('has what it prints and logs in the log, with its levels', async () => {
    await write(
      'plugins/talks',
      `import logging, os, sys
log = logging.getLogger('ztpserver')
def main(node_id, pool):
    print('printed', 'é')
    sys.stderr.write('no line end')
    log.debug('%s: fine', node_id)
    log.warning('two\\nlines')
    os.system('echo from a shell')
    return 1
`,
    )
    expect(await call('talks')).toBe(1)
    expect(log.sort()).toEqual([
      'debug SN1: plugin talks: SN1: fine',
      'info SN1: plugin talks: from a shell',
      'info SN1: plugin talks: no line end',
      'info SN1: plugin talks: printed é',
      'warn SN1: plugin talks: lines',
      'warn SN1: plugin talks: two',
    ])
  })

  it('takes as many calls at once as there are workers', async () => {
    await write(
      'plugins/meets',
      `import os, time
def main(node_id, pool):
    open('../met-' + node_id, 'w').close()
    end = time.time() + 20
    while not all(os.path.exists('../met-' + each) for each in ('A', 'B')):
        if time.time() > end: raise Exception('alone')
        time.sleep(0.01)
    return os.getpid()
`,
    )
    const calls = ['A', 'B'].map((id) => call('meets', { nodeId: request(id, 'p').nodeId }))
    expect(new Set(await Promise.all(calls)).size).toBe(2)
  })

  it('may be touched to have it loaded again', async () => {
    await write(
      'plugins/once',
      'import time\nborn = time.time()\ndef main(a, b):\n    return born\n',
    )
    const before = await call('once')
    await utimes(join(folder(), 'plugins/once'), 1, 1)
    expect(await call('once')).not.toEqual(before)
  })
})
