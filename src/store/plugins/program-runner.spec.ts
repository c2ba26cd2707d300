import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Float, type Value } from '../../kernel/value.ts'
import { request } from '../../resource/testing/requests.ts'
import { failureOf, pluginsUnderTest } from './testing/data-root.ts'

const { write, call, allocate, start, log, folder } = pluginsUnderTest()

describe('a program as plugin', () => {
  it('is given node id, pool and label, and the variables, in plugins/', async () => {
    await write(
      'plugins/given',
      '#!/bin/sh\necho "$#|$1|$2|$3|$ZTPS_NODE_ID|$ZTPS_POOL|$ZTPS_LABEL|$ZTPS_DATA_ROOT|$PWD"\n',
    )
    const end = `${folder()}|${folder()}/plugins`
    expect(await call('given')).toBe(`2|SN1|p||SN1|p||${end}`)
    expect(await call('given', { label: 'lo' })).toBe(`3|SN1|p|lo|SN1|p|lo|${end}`)
  })

  it('is given the node as JSON', async () => {
    const report = {
      ...request('SN1', 'p').report,
      neighbors: new Map([['Ethernet1', [{ device: 'spine1', port: 'Ethernet7' }]]]),
    }
    await write('plugins/node', '#!/bin/sh\ncat\n')
    const node = await call('node', { report })
    expect(node instanceof Map ? [...node.keys()] : node).toEqual([
      ...['model', 'systemmac', 'serialnumber', 'version', 'neighbors'],
    ])
  })

  it('may be a binary', async () => {
    await write('plugins/binary', await readFile('/bin/echo'), 0o755)
    expect(await call('binary', { label: 'lo' })).toBe('SN1 p lo')
  })

  it('has no shell that would read its pool', async () => {
    await write('plugins/echoes', '#!/bin/sh\nprintf %s "$2"\n')
    const pool = '$(touch ../x); `touch ../x` "\''
    expect(await call('echoes', { pool })).toBe(pool)
    await expect(readFile(join(folder(), 'x'))).rejects.toThrow('ENOENT')
  })

  const values: readonly (readonly [string, string, Value])[] = [
    ['a text that is no JSON', '10.0.0.1/24\\n', '10.0.0.1/24'],
    ['more lines', 'a\\nb\\n\\n', 'a\nb\n'],
    ['JSON', ' {"a": [1, 1.0]}\\n', new Map([['a', [1, new Float(1)]]])],
    ['a number', '0012\\n', '0012'],
    ['a JSON number', '12\\n', 12],
    ['a JSON text', '"12"\\n', '12'],
    ['null', 'null', null],
  ]
  it.each(values)('gives what it prints: %s', async (_name, printed, value) => {
    await write('plugins/prints', `#!/bin/sh\nprintf '${printed}'\n`)
    expect(await call('prints')).toEqual(value)
  })

  it.each([
    ['that ends with a status', 'echo first >&2; echo last >&2; exit 3', /exit status 3: last$/],
    ['that ends silently', 'exit 1', /exit status 1$/],
    ['that dies', 'kill -9 $$', /ended by SIGKILL$/],
    ['that prints nothing', 'echo', /it printed no value$/],
    ['that prints no UTF-8', "printf '\\377'", /what it printed is not UTF-8$/],
    ['that prints 10 MB', 'head -c 10000000 /dev/zero', /the value is larger than 1 MiB$/],
  ])('%s fails', async (_name, script, reason) => {
    await write('plugins/bad', `#!/bin/sh\n${script}\n`)
    await expect(call('bad')).rejects.toMatchObject(failureOf('bad', reason))
  })

  it.each([
    ['that prints for ever', 'cat /dev/zero', /stopped after 3 s$/],
    ['that hangs', 'echo going >&2; sleep 827364', /stopped after 3 s: going$/],
  ])('%s is ended', async (_name, script, reason) => {
    const plugins = start({ timeoutMs: 3_000 })
    await write('plugins/bad', `#!/bin/sh\n${script}\n`)
    await expect(allocate('bad', {}, plugins)).rejects.toMatchObject(failureOf('bad', reason))
    await plugins.close()
    const running = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    await expect.poll(running).not.toContain('sleep 827364')
  })

  it.each([
    ['that is not there', '#!/no/such/interpreter\n', /could not be started: .*ENOENT/],
    ['that is no program', '#!/etc/passwd\n', /could not be started: .*EACCES/],
  ])('by an interpreter %s fails', async (_name, text, reason) => {
    await write('plugins/bad', text)
    await expect(call('bad')).rejects.toMatchObject(failureOf('bad', reason))
  })

  it('with a pool that no program can be given fails', async () => {
    await write('plugins/echoes', '#!/bin/sh\necho\n')
    await expect(call('echoes', { pool: 'a\0b' })).rejects.toMatchObject(
      failureOf('echoes', /could not be started: .*null bytes/),
    )
  })

  it('has its stderr in the log', async () => {
    await write('plugins/says', '#!/bin/sh\necho warning >&2\necho 1\n')
    expect(await call('says')).toBe(1)
    expect(log).toEqual(['info SN1: plugin says: warning'])
  })

  it('does not wait long for what it leaves in the background', async () => {
    await write('plugins/leaves', '#!/bin/sh\nsleep 300 &\necho $!\n')
    const pid = await call('leaves')
    process.kill(Number(pid))
  })

  it('waits its turn, and not for ever', async () => {
    const plugins = start({ workers: 1, definitionTimeoutMs: 100 })
    await write('plugins/slow', '#!/bin/sh\nsleep 0.5\necho 1\n')
    const slow = await plugins.find('slow')
    const [first, second] = ['A', 'B'].map((id) => slow?.allocate(request(id, 'p')))
    await expect(second).rejects.toMatchObject(
      failureOf('slow', /all workers were busy with other calls; \[plugins\] workers says/),
    )
    expect((await first)?.value).toBe(1)
    await plugins.close()
  })
})
