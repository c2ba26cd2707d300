import { existsSync } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../kernel/logger.ts'
import { nodeId, request } from '../../resource/testing/requests.ts'
import { createFilePools } from '../pools/pool-store.ts'
import { realClock } from '../testing/clock.ts'
import { failureOf, pluginsUnderTest } from './testing/data-root.ts'

const { write, call, allocate, start, log, folder } = pluginsUnderTest()

/** As plugins for ZTPServer were written: a pool file read, changed and written by the plugin. */
const BY_HAND = `import logging
import os

from ztpserver.config import runtime
from ztpserver.constants import CONTENT_TYPE_YAML
from ztpserver.serializers import SerializerError, dump, load

log = logging.getLogger(__name__)

def main(node_id, pool):
    path = os.path.join(runtime.default.data_root, 'resources', pool)
    try:
        entries = load(path, CONTENT_TYPE_YAML, node_id, lock=True)
    except SerializerError as err:
        raise Exception('%s: no pool: %s' % (node_id, err.message))
    for entry, holder in entries.items():
        if holder == node_id:
            return entry
    for entry, holder in entries.items():
        if not holder:
            entries[entry] = node_id
            dump(entries, path, CONTENT_TYPE_YAML, node_id, lock=True)
            log.info('%s: took %s', node_id, entry)
            return entry
    raise Exception('%s: nothing left in %s' % (node_id, pool))
`

const BY_POOL = `import ztpserver.config
from ztpserver.resources import ResourcePool, ResourcePoolError

def main(node_id, pool, node):
    assert node.identifier() == node_id
    return ResourcePool(node_id).allocate(pool, node)
`

const FREE = "# hosts\nleaf2: null\nleaf1:\n'leaf 3': OLD\n10.0.0.1/24: null\n"

describe('a plugin written for ZTPServer', () => {
  it.each([
    ['by load and dump', 'by_hand', BY_HAND],
    ['by ResourcePool', 'by_pool', BY_POOL],
  ])('takes entries of a pool %s, in the order of the file', async (_name, name, text) => {
    await write(`plugins/${name}`, text)
    await write('resources/p', FREE, 0o640)
    const from = (id: string) => call(name, request(id, 'p'))
    expect([await from('A'), await from('B'), await from('A'), await from('OLD')]).toEqual([
      ...['leaf2', 'leaf1', 'leaf2', 'leaf 3'],
    ])
    const path = join(folder(), 'resources/p')
    expect(await readFile(path, 'utf8')).toBe(
      'leaf2: A\nleaf1: B\nleaf 3: OLD\n10.0.0.1/24: null\n',
    )
    expect((await stat(path)).mode & 0o777).toBe(0o640)
    expect(await from('C')).toBe('10.0.0.1/24')
    await expect(from('D')).rejects.toMatchObject(
      failureOf(
        name,
        /(?:Exception|ResourcePoolError): D: (?:nothing left in|no resource free in)/,
      ),
    )
  })

  it.each([
    ['by load and dump', 'by_hand', BY_HAND],
    ['without asking for a lock', 'no_lock', BY_HAND.replaceAll(', lock=True', '')],
    ['by ResourcePool', 'by_pool', BY_POOL],
  ])('gives nothing twice, %s, in several processes', async (_name, name, text) => {
    await write(`plugins/${name}`, text)
    const entries = Array.from({ length: 60 }, (_, at) => `10.0.0.${at}`)
    await write('resources/p', entries.map((each) => `${each}: null\n`).join(''))
    const all = [start({ workers: 2 }), start({ workers: 2 })]
    const given = await Promise.all(
      entries.map(async (_, at) => {
        const allocation = await allocate(name, request(`N${at}`, 'p'), all[at % 2])
        return allocation.value
      }),
    )
    await Promise.all(all.map((each) => each.close()))
    expect([...given].sort()).toEqual([...entries].sort())
  })

  /** Reads the pool, waits for the test to go on, and writes it. */
  const SLOW = `import os
import time
from ztpserver.resources import ResourcePool
from ztpserver.serializers import dump, load
class Slow(ResourcePool):
    def dump(self, pool):
        pause()
        super().dump(pool)
def pause():
    open('../reading', 'w').close()
    while not os.path.exists('../go'):
        time.sleep(0.01)
`

  async function besideAllocate(main: string) {
    await write('plugins/slow', SLOW + main)
    await write('resources/p', 'e1: null\ne2: null\n')
    for (const each of ['reading', 'go']) await rm(join(folder(), each), { force: true })
    const paths = { resources: join(folder(), 'resources'), state: join(folder(), '.ztps') }
    const pools = createFilePools(paths, { logger: silentLogger, clock: realClock })
    try {
      const theirs = call('slow', request('B', 'p')).catch((thrown: unknown) => thrown)
      await expect.poll(() => existsSync(join(folder(), 'reading'))).toBe(true)
      const ours = await pools.allocate('p', { nodeId: nodeId('A') })
      await write('go', '')
      return [ours.value, await theirs, await readFile(join(folder(), 'resources/p'), 'utf8')]
    } finally {
      await pools.close()
    }
  }

  it('takes by ResourcePool nothing that our allocate gave out meanwhile', async () => {
    const main = 'def main(node_id, pool, node):\n    return Slow(node_id).allocate(pool, node)\n'
    expect(await besideAllocate(main)).toEqual(['e1', 'e2', 'e1: A\ne2: B\n'])
  })

  it('fails by load and dump when our allocate gave out of the pool meanwhile', async () => {
    const main = `def main(node_id, pool):
    entries = load('../resources/p', 'yaml')
    entries['e1'] = node_id
    pause()
    dump(entries, '../resources/p', 'yaml', node_id)
`
    const changed =
      /ChangedMeanwhile: B: \.\.\/resources\/p changed since it was read: read it again/
    expect(await besideAllocate(main)).toEqual([
      'e1',
      expect.objectContaining(failureOf('slow', changed)),
      'e1: A\ne2: null\n',
    ])
  })

  it('finds the settings, as attributes and by key', async () => {
    await write(
      'plugins/settings',
      `from ztpserver.config import runtime
import ztpserver.config
def main(node_id, pool):
    assert ztpserver.config.runtime is runtime
    return [runtime.default.data_root, runtime.default.server_url, runtime['server']['port'],
            runtime.default.identifier, sorted(runtime), hasattr(runtime.default, 'nothing')]
`,
    )
    expect(await call('settings')).toEqual([
      ...[folder(), 'http://ztpserver:8080', 8080, 'serialnumber'],
      ...[['actions', 'default', 'files', 'server'], false],
    ])
  })

  it('has serializers for JSON and text, and what is small', async () => {
    await write(
      'plugins/small',
      `from ztpserver.constants import CONTENT_TYPE_JSON, CONTENT_TYPE_OTHER, HTTP_STATUS_CONFLICT
from ztpserver.serializers import dump, dumps, load, loads
from ztpserver.topology import Neighbor, create_node
from ztpserver.utils import all_files, natural_keys, url_path_join
def main(node_id, pool):
    dump({'a': [1]}, '../kept.json', CONTENT_TYPE_JSON)
    node = create_node({'serialnumber': 'S', 'neighbors': {'Ethernet1': [{'device': 'd', 'port': 'p'}]}})
    return [load('../kept.json', 'application/json', node_id), loads('[1]', 'json'),
            dumps('x', CONTENT_TYPE_OTHER), HTTP_STATUS_CONFLICT, node.neighbors['Ethernet1'][0] == Neighbor('d', 'p'),
            url_path_join('http://h:1/a/', '/nodes/', 'S', 'startup-config'),
            sorted(['Ethernet10', 'Ethernet2'], key=natural_keys), '../kept.json' in all_files('..')]
`,
    )
    expect(await call('small')).toEqual([
      new Map([['a', [1]]]),
      ...[[1], 'x', 409, true, 'http://h:1/a/nodes/S/startup-config'],
      ...[['Ethernet2', 'Ethernet10'], true],
    ])
  })

  it('fails with the file and the reason when a file is none', async () => {
    await write('plugins/by_hand', BY_HAND)
    const missing = /Exception: SN1: no pool: SN1: cannot read .*resources\/none: .*No such file/
    await expect(call('by_hand', { pool: 'none' })).rejects.toMatchObject(
      failureOf('by_hand', missing),
    )
    await write('resources/p', 'a: [\n')
    await expect(call('by_hand')).rejects.toMatchObject(
      failureOf('by_hand', /Exception: SN1: no pool: SN1: cannot read as application\/yaml: /),
    )
    expect(await readFile(join(folder(), 'resources/p'), 'utf8')).toBe('a: [\n')
  })
})

describe('without PyYAML', () => {
  async function withoutYaml(text: string, plugin: string) {
    await write('hidden/yaml.py', 'raise ImportError("hidden")\n')
    await write('resources/p', text)
    await write('plugins/bare', plugin)
    const env = { ...process.env, PYTHONPATH: join(folder(), 'hidden') }
    const plugins = start({ env })
    try {
      return (await allocate('bare', {}, plugins)).value
    } finally {
      await plugins.close()
    }
  }

  it('pools are read and written all the same', async () => {
    expect(await withoutYaml(`---\n${FREE}`, BY_HAND)).toBe('leaf2')
    expect(await readFile(join(folder(), 'resources/p'), 'utf8')).toBe(
      'leaf2: SN1\nleaf1: null\nleaf 3: OLD\n10.0.0.1/24: null\n',
    )
    expect(log).toContain('info SN1: plugin bare: SN1: took leaf2')
  })

  const LOAD = `from ztpserver.serializers import load
def main(node_id, pool):
    return load('../resources/' + pool, 'yaml')
`

  it.each([
    ['words', "a: ~\nb: yes\nc: 12\nd: 0012\ne: x # y\nf: \"a\\\"b\"\ng: 'it''s'\n"],
    ['keys', '\'a b\': 1\n"c": 2\n10.0.0.1/24: x\n::1/64: y\n12: z\n'],
    ['nothing', '# only this\n---\n\n'],
  ])('%s are what PyYAML makes of them', async (_name, text) => {
    const bare = await withoutYaml(text, LOAD)
    await write('plugins/full', LOAD.replace("'yaml'", "'application/yaml'"))
    const full = await call('full')
    // PyYAML takes digits after a zero for an octal number, which no id is meant to be.
    expect(bare).toEqual(
      full instanceof Map && full.has('d') ? new Map(full).set('d', '0012') : full,
    )
  })

  it.each([
    ['a list', 'a: 1\nb:\n  - c\n', /line 3: PyYAML is not installed/],
    ['a flow map', 'a: {b: c}\n', /line 1: PyYAML is not installed/],
    ['a map in a map', 'a:\n  b: [c]\n', /line 2: PyYAML is not installed/],
  ])('%s is refused with the reason', async (_name, text, reason) => {
    await expect(withoutYaml(text, LOAD)).rejects.toMatchObject(
      failureOf('bare', new RegExp(`SerializerError: cannot read as yaml: ${reason.source}`)),
    )
  })
})
