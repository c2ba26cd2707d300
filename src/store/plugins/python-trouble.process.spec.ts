import { execFileSync } from 'node:child_process'
import { mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failureOf, pluginsUnderTest } from './testing/data-root.ts'

const { write, call, allocate, start, log, folder } = pluginsUnderTest({ workers: 1 })

/** A plugin in which the switch is fine that comes after the one in trouble. */
async function expectNextIsFine(): Promise<void> {
  await write('plugins/fine', 'def main(node_id, pool):\n    return node_id + pool\n')
  expect(await call('fine')).toBe('SN1p')
}

function main(...lines: readonly string[]): string {
  return ['import os, subprocess, sys, time', 'def main(node_id, pool):']
    .concat(lines.map((line) => `    ${line}`))
    .join('\n')
}

describe('a plugin in Python that', () => {
  const troubles: readonly (readonly [string, string, RegExp])[] = [
    ['raises', main('raise ValueError("no entry")'), /ValueError: no entry \(plugins\/bad:3\)$/],
    [
      'raises in what it calls',
      main('import json', 'return json.loads("{")'),
      /JSONDecodeError: Expecting .* \(plugins\/bad:4\)$/,
    ],
    [
      'fails while it handles a failure, as Python 2 did not',
      main('try: {}["x"]', 'except Exception as exc: raise Exception(exc.message)'),
      /AttributeError: .*'message' \(plugins\/bad:4\), after KeyError: 'x' \(plugins\/bad:3\)$/,
    ],
    ['raises with many lines', main('raise Exception("a\\nb")'), /Exception: a; b \(plugins/],
    ['calls sys.exit', main('sys.exit(3)'), /it called sys\.exit\(3\) \(plugins\/bad:3\)$/],
    [
      'calls sys.exit on loading',
      'import sys\nsys.exit()',
      /it called sys\.exit\(None\)|it called sys\.exit\(\)/,
    ],
    ['calls os._exit', main('os._exit(7)'), /its Python ended by exit status 7 while it ran$/],
    [
      'says something and dies',
      main('print("last words")', 'os._exit(7)'),
      /its Python ended by exit status 7 while it ran: last words$/,
    ],
    ['dies of a signal', main('os.kill(os.getpid(), 11)'), /its Python ended by SIGSEGV while/],
    [
      'closes all descriptors',
      main('os.closerange(0, 4096)'),
      /its Python ended by exit status \d+ while it ran/,
    ],
    [
      'writes into the connection',
      main(
        'from ztps_runner import channel',
        'os.write(channel.CHANNEL, b"garbage\\n")',
        'return 1',
      ),
      /what it sent cannot be read: not valid JSON: unexpected "g"/,
    ],
    [
      'writes into the connection without end',
      main(
        'from ztps_runner import channel',
        'while True: os.write(channel.CHANNEL, b"x" * 65536)',
      ),
      /what it sent has no end$/,
    ],
    ['has no main', 'def mian(): pass', /it has no function 'main'$/],
    ['has a main that is none', 'main = 3', /it has no function 'main'$/],
    ['takes one argument', 'def main(node_id): pass', /TypeError: main\(\) takes 1 positional/],
    [
      'is Python 2',
      'def main(node_id, pool):\n    print "x"\n',
      /not valid Python 3: Missing parentheses in call to 'print'.* \(plugins\/bad:2\)$/,
    ],
    [
      'imports Python 2',
      'import old_style\n',
      /not valid Python 3: .* \(plugins\/old_style\.py:1\)$/,
    ],
    ['is not UTF-8', 'x = "\xff"', /not valid Python 3: .*(?:utf-8|unicode)/i],
    ['imports what is not there', 'import nothing_such', /ModuleNotFoundError: No module named/],
    ['is in a circle with itself', main('return main(1, 2)'), /RecursionError: /],
  ]
  it.each(troubles)('%s fails, and the next is fine', async (_name, text, reason) => {
    await write('plugins/old_style.py', 'print "x"\n')
    await write('plugins/bad', Buffer.from(text, 'latin1'))
    await expect(call('bad')).rejects.toMatchObject(failureOf('bad', reason))
    await expectNextIsFine()
  })

  it('raises has its traceback in the debug log', async () => {
    await write('plugins/bad', main('raise ValueError("no entry")'))
    await expect(call('bad')).rejects.toThrow('no entry')
    expect(log).toEqual(
      expect.arrayContaining([
        'debug SN1: plugin bad: Traceback (most recent call last):',
        'debug SN1: plugin bad: ValueError: no entry',
      ]),
    )
    expect(log.filter((line) => !line.startsWith('debug'))).toEqual([])
  })

  it('prints 10 MB has some of it in the log', async () => {
    await write('plugins/loud', main('for i in range(100_000): print("x" * 99)', 'return 1'))
    expect(await call('loud')).toBe(1)
    expect(log.length).toBe(201)
    expect(log.at(-1)).toBe('warn SN1: plugin loud: (9980000 more characters)')
    await expectNextIsFine()
  })

  it('prints 10 MB without a line end has some of it in the log', async () => {
    await write('plugins/loud', main('sys.stderr.write("x" * 10_000_000)', 'return 1'))
    expect(await call('loud')).toBe(1)
    expect(log.join().length).toBeLessThan(100_000)
    await expectNextIsFine()
  })
})

describe('a plugin in Python that hangs', () => {
  it('is killed, with all it started, and does not delay the next', async () => {
    const plugins = start({ timeoutMs: 6_000 })
    await write(
      'plugins/hangs',
      main(
        'subprocess.Popen(["sleep", "918273"])',
        'print("begun")',
        'os.fork()',
        'while True: time.sleep(1)',
      ),
    )
    await write('plugins/fine', 'def main(node_id, pool):\n    return 1\n')
    const hanging = allocate('hangs', {}, plugins)
    const behind = allocate('fine', {}, plugins)
    await expect(hanging).rejects.toMatchObject(
      failureOf('hangs', /it took longer than 6 s and was stopped$/),
    )
    expect((await behind).value).toBe(1)
    expect(log).toContain('info SN1: plugin hangs: begun')
    const running = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    await expect.poll(running).not.toContain('sleep 918273')
    await plugins.close()
  })

  it('while its server is gone ends by itself', async () => {
    const script = join(folder(), 'orphan.mjs')
    const module = new URL('../../../dist/store/plugins/start-plugins.js', import.meta.url).href
    await write(
      'orphan.mjs',
      `import { startPlugins } from ${JSON.stringify(module)}
const none = () => {}
const logger = { debug: none, info: (line) => { console.log(line); process.kill(process.pid, 'SIGKILL') }, warn: none, error: none }
const plugins = startPlugins({ dataRoot: process.argv[2], stateFolder: '/x', timeoutMs: 10000, definitionTimeoutMs: 25000, workers: 1, python: 'python3', sections: { default: { identifier: 'serialnumber' } }, env: process.env, logger, clock: { now: () => Date.now() } })
const report = { model: null, serialnumber: 'S', systemmac: null, version: null, neighbors: new Map() }
await (await plugins.find('orphan')).allocate({ nodeId: 'S', pool: 'p', report })
`,
    )
    await write('plugins/orphan', main('print(os.getpid())', 'while True: pass'))
    let printed = ''
    try {
      execFileSync(process.execPath, [script, folder()], { encoding: 'utf8' })
    } catch (thrown) {
      printed = thrown instanceof Error && 'stdout' in thrown ? String(thrown.stdout) : ''
    }
    const pid = Number(/orphan: (\d+)/.exec(printed)?.[1])
    expect(pid).toBeGreaterThan(1)
    const alive = () => execFileSync('ps', ['-eo', 'pid,stat'], { encoding: 'utf8' })
    await expect
      .poll(alive, { timeout: 60_000, interval: 200 })
      .not.toMatch(new RegExp(`^ *${pid} +[^Z]`, 'm'))
  })
})

describe('a plugin in Python that forks', () => {
  it('does not wait for a child that goes on', async () => {
    await write(
      'plugins/forks',
      main('if os.fork() == 0:', '    time.sleep(20)', '    os._exit(0)', 'return os.getpid()'),
    )
    const first = await call('forks')
    expect(await call('forks')).toBe(first)
  })

  it('has no second answer from a child that returns', async () => {
    await write('plugins/twice', main('return os.fork() and node_id'))
    expect(await call('twice')).toBe('SN1')
    await expectNextIsFine()
  })

  it('may end its children as it likes', async () => {
    await write(
      'plugins/pools',
      `import multiprocessing, subprocess
def work(x):
    return x + 1
def main(node_id, pool):
    sleeping = subprocess.Popen(['sleep', '300'])
    sleeping.terminate()
    with multiprocessing.get_context('fork').Pool(1) as workers:
        return [sleeping.wait(), workers.map(work, [1, 2])]
`,
    )
    expect(await call('pools')).toEqual([-15, [2, 3]])
  })
})

describe('the process of a plugin in Python', () => {
  it('does not end by the SIGTERM that a service manager sends to all', async () => {
    await write(
      'plugins/term',
      main('os.kill(os.getpid(), 15)', 'os.kill(os.getpid(), 2)', 'return os.getpid()'),
    )
    const first = await call('term')
    expect(await call('term')).toBe(first)
  })

  it.each([
    [
      'is not there',
      '/no/such/python',
      /\/no\/such\/python cannot be started: there is no such program; \[plugins\] python/,
    ],
    [
      'may not be run',
      '/etc/passwd',
      /\/etc\/passwd cannot be started: .*EACCES.*\[plugins\] python/,
    ],
    ['is no Python', '/bin/false', /its Python ended by exit status 1 while it ran/],
  ])('says what is wrong with a Python that %s', async (_name, python, reason) => {
    const plugins = start({ python })
    await write('plugins/fine', 'def main(node_id, pool):\n    return 1\n')
    await expect(allocate('fine', {}, plugins)).rejects.toMatchObject(failureOf('fine', reason))
    await plugins.close()
  })
})

describe('what is no plugin', () => {
  it.each([
    ['an empty file', () => write('plugins/odd', ''), /the file is empty$/],
    ['a folder', () => mkdir(join(folder(), 'plugins/odd')), /it is a folder where a file should/],
    [
      'a link to nowhere',
      () => symlink('/gone', join(folder(), 'plugins/odd')),
      /.*\/plugins\/odd is a symbolic link to \/gone, which does not exist$/,
    ],
    [
      'a link to itself',
      () => symlink('odd', join(folder(), 'plugins/odd')),
      /cannot read .*: symbolic links lead in a circle$/,
    ],
    ['a device', () => symlink('/dev/zero', join(folder(), 'plugins/odd')), /it is no file$/],
    [
      'a program that may not be run',
      async () => write('plugins/odd', (await readFile('/bin/true')).subarray(0, 5000)),
      /it is a program without the permission to be run; chmod \+x gives it$/,
    ],
  ])('%s is told', async (_name, make, reason) => {
    await mkdir(join(folder(), 'plugins'), { recursive: true })
    await rm(join(folder(), 'plugins/odd'), { recursive: true, force: true })
    await make()
    await expect(call('odd')).rejects.toMatchObject(failureOf('odd', reason))
  })
})
