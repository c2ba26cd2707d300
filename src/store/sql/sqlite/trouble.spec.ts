import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'libsql'
import { afterAll, describe, expect, it } from 'vitest'
import { nodeId } from '../../../resource/testing/requests.ts'
import { isRoot } from '../../testing/scratch.ts'
import { LIMITS } from '../limits.ts'
import { sqlBench } from '../testing/sql-bench.ts'

const bench = sqlBench('sqlite')
const [n1, n2, n3] = [nodeId('N1'), nodeId('N2'), nodeId('N3')]
const QUICK = { ...LIMITS, request: 8_000, batch: 5_000 }

function path(): string {
  const target = bench.target()
  return target.kind === 'sqlite' ? target.path : ''
}

describe('an SQLite file', () => {
  it('that is not there is a pool that is not there, and is not made', async () => {
    const pools = bench.open()
    await expect(pools.allocate('p', { nodeId: n1 })).rejects.toMatchObject({
      code: 'ZTP_MISSING_POOL',
      message: `there is no SQLite database ${path()}, [sqlite] path of the configuration`,
    })
    await pools.confirm(n1)
    bench.write('p', { a: null })
    expect(await pools.allocate('p', { nodeId: n1 })).toMatchObject({ key: 'a' })
  })

  it('that is no database says so', async () => {
    writeFileSync(path(), 'not a database '.repeat(100))
    await expect(bench.open().allocate('p', { nodeId: n1 })).rejects.toMatchObject({
      code: 'ZTP_DATABASE_FAILED',
      message: `SQLite database ${path()}: the file is no SQLite database`,
    })
  })

  it('that another program has locked is waited for', async () => {
    bench.write('p', { a: null })
    const pools = bench.open()
    const other = await bench.foreign()
    await other.run('begin exclusive')
    const asked = [n1, n1].map((id) => pools.allocate('p', { nodeId: id }))
    await wait(500)
    await other.run('commit')
    await other.end()
    expect((await Promise.all(asked)).map(({ key, fresh }) => [key, fresh])).toEqual([
      ['a', true],
      ['a', false],
    ])
  })

  it('that stays locked is given up, and taken up when it is free', async () => {
    bench.write('p', { a: null })
    const pools = bench.open(bench.target(), QUICK)
    const other = await bench.foreign()
    await other.run('begin immediate')
    await expect(pools.allocate('p', { nodeId: n1 })).rejects.toMatchObject({
      code: 'ZTP_DATABASE_FAILED',
      message: expect.stringMatching(/no answer within 5 s|did not answer within 8 s/),
    })
    await other.run('commit')
    await other.end()
    expect(bench.read('p')).toEqual({ a: null })
    expect(await pools.allocate('p', { nodeId: n2 })).toMatchObject({ key: 'a', fresh: true })
  })

  it('that answers too late is left as it was', async () => {
    bench.write('p', { a: null })
    bench.sql(`create trigger slow before update on p begin select count(*) from (
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 5000000) select i from n
    ); end`)
    const pools = bench.open(bench.target(), { ...LIMITS, batch: 200 })
    await expect(pools.allocate('p', { nodeId: n1 })).rejects.toMatchObject({
      message: expect.stringMatching(/no answer.* within 400 ms|no answer within 0\.2 s/),
    })
    const other = await bench.foreign()
    const isFree = () => other.run('begin immediate; rollback').then(() => true, String)
    await expect.poll(isFree, { timeout: 60_000 }).toBe(true)
    await other.end()
    expect(bench.read('p')).toEqual({ a: null })
  }, 120_000)

  it('that is locked again and again is left to others all the same', async () => {
    bench.write('p', Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`k${at}`, null])))
    const servers = [bench.open(), bench.open()]
    const other = await bench.foreign()
    const asked = Array.from({ length: 60 }, async (_, at) => {
      await wait(at * 10)
      return servers[at % 2]?.allocate('p', { nodeId: nodeId(`N${at % 40}`) })
    })
    for (let round = 0; round < 40; round += 1) {
      await other.run('begin exclusive')
      await wait(8)
      await other.run('commit')
      await wait(8)
    }
    expect(new Set((await Promise.all(asked)).map((given) => given?.key)).size).toBe(40)
    // What is asked for while it is locked must not keep a lock of its own.
    const impatient = new Database(path(), { timeout: 0 })
    impatient.exec('begin exclusive; commit')
    impatient.close()
    await other.end()
  })

  it('that a reader looks at while we commit is committed all the same', async () => {
    bench.write('p', { a: null, b: null })
    const pools = bench.open()
    await pools.allocate('p', { nodeId: n1 })
    const reader = await bench.foreign()
    await reader.run('begin; select count(*) from p')
    const asked = pools.allocate('p', { nodeId: n2 })
    await wait(300)
    await reader.run('commit')
    await reader.end()
    expect(await asked).toMatchObject({ key: 'b', fresh: true })
  })

  it('that is replaced by a copy goes on as the copy', async () => {
    bench.write('p', { a: null, b: null })
    const pools = bench.open()
    await pools.allocate('p', { nodeId: n1 })
    renameSync(path(), `${path()}.old`)
    bench.write('p', { c: null })
    expect(await pools.allocate('p', { nodeId: n2 })).toMatchObject({ key: 'c' })
    rmSync(path())
    await expect(pools.allocate('p', { nodeId: n3 })).rejects.toMatchObject({
      code: 'ZTP_MISSING_POOL',
    })
  })

  it('in write-ahead mode stays in it', async () => {
    bench.write('p', { a: null })
    bench.sql('pragma journal_mode = wal')
    expect(await bench.open().allocate('p', { nodeId: n1 })).toMatchObject({ key: 'a' })
    expect(bench.sql('pragma journal_mode')).toEqual([['wal']])
  })

  it('with a row that a trigger refuses serves the others of the batch', async () => {
    bench.write('p', { a: null, b: null, c: null })
    const other = await bench.foreign()
    await other.run(`create trigger refuse before update on p when new.node_id = 'BAD'
      begin select raise(abort, 'not this one'); end`)
    await other.end()
    const pools = bench.open()
    const ids = ['N1', 'BAD', 'N2'].map(nodeId)
    const outcomes = await Promise.allSettled(ids.map((id) => pools.allocate('p', { nodeId: id })))
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { reason: { code: 'ZTP_DATABASE_FAILED', message: expect.stringContaining('not this one') } },
      { status: 'fulfilled' },
    ])
    expect(Object.values(bench.read('p')).sort()).toEqual(['N1', 'N2', null])
  })

  it('without our table makes it anew', async () => {
    bench.write('p', { a: null, b: null })
    const pools = bench.open()
    await pools.allocate('p', { nodeId: n1 })
    bench.sql('drop table ztps_ledger')
    expect(await pools.allocate('p', { nodeId: n2 })).toMatchObject({ key: 'b', fresh: true })
    expect(bench.sql('select entry, holder from ztps_ledger')).toEqual([['b', 'N2']])
  })

  const readOnly = makeReadOnly()
  afterAll(() => readOnly?.undo())
  it.skipIf(readOnly === undefined)(
    'that is read-only says so (for root: needs the right to mount a tmpfs)',
    async () => {
      bench.write('p', { a: null, b: 'N2' })
      const pools = bench.open({ kind: 'sqlite', path: readOnly?.protect(path()) ?? '' })
      await expect(pools.allocate('p', { nodeId: n1 })).rejects.toMatchObject({
        code: 'ZTP_DATABASE_FAILED',
        message: expect.stringContaining('it is read-only'),
      })
      expect(await pools.allocate('p', { nodeId: n2 })).toMatchObject({ key: 'b', fresh: false })
      expect(bench.warnings).toEqual([expect.stringMatching(/cannot make the table ztps_ledger/)])
      await pools.close()
    },
  )
})

type ReadOnly = {
  /** @returns where the file is from then on */
  protect(file: string): string
  undo(): void
}

/** @returns undefined where nothing makes a file read-only for us */
function makeReadOnly(): ReadOnly | undefined {
  if (!isRoot) {
    return {
      protect(file) {
        chmodSync(file, 0o400)
        return file
      },
      undo() {},
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'ztps-read-only-'))
  const mount = (...args: string[]) => execFileSync('mount', [...args, folder], { stdio: 'ignore' })
  try {
    mount('-t', 'tmpfs', 'none')
  } catch {
    rmdirSync(folder)
    return undefined
  }
  return {
    protect(file) {
      copyFileSync(file, join(folder, 'copy.db'))
      mount('-o', 'remount,ro')
      return join(folder, 'copy.db')
    },
    undo() {
      execFileSync('umount', [folder])
      rmdirSync(folder)
    },
  }
}
