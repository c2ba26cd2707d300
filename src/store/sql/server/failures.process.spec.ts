import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { nodeId } from '../../../resource/testing/requests.ts'
import { startCommitProxy } from '../testing/commit-proxy.ts'
import { type SqlBench, sqlBench } from '../testing/sql-bench.ts'

const [n1, n2, n3] = [nodeId('N1'), nodeId('N2'), nodeId('N3')]

/** So that nobody waits for the real ones. */
const QUICK = {
  request: 6_000,
  batch: 5_000,
  connect: 4_000,
  lock: 2_000,
  idle: 5_000,
  silence: 10_000,
  giveBack: 500,
}

/** The password of every test database, as it is and as URLs have it. */
const SECRETS = ['p@ss/w:rd', 'p%40ss']

type Refusal = { readonly code: string; readonly message: string }

/** Why it was refused; that the reason keeps the password is checked each time. */
async function refusalOf(asked: Promise<unknown>): Promise<Refusal> {
  const refusal = await asked.then(
    (given) => ({ code: 'none', message: JSON.stringify(given) }),
    (thrown: Refusal) => ({ code: thrown.code, message: thrown.message }),
  )
  for (const secret of SECRETS) expect(refusal.message).not.toContain(secret)
  return refusal
}

/** Until the pool is as expected: what is given back late takes a while. */
async function becomes(bench: SqlBench, pool: string, expected: object): Promise<void> {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    if (JSON.stringify(bench.read(pool)) === JSON.stringify(expected)) return
    await wait(200)
  }
  expect(bench.read(pool)).toEqual(expected)
}

function urlOf(bench: SqlBench): string {
  const target = bench.target()
  return target.kind === 'sqlite' ? '' : target.url
}

describe.each(['postgres', 'mysql'] as const)('%s', (kind) => {
  const bench = sqlBench(kind)
  const target = (url: string) => ({ kind, url })

  it('that is down refuses at once, with the place, and serves when it is back', async () => {
    bench.write('p', { a: null })
    const pools = bench.open()
    await bench.server().stop()
    const { code, message } = await refusalOf(pools.allocate('p', { nodeId: n1 }))
    expect(code).toBe('ZTP_DATABASE_FAILED')
    expect(message).toMatch(/SQL 127\.0\.0\.1:\d+\/test_\d+: .*ECONNREFUSED/)
    await bench.server().start()
    expect(bench.read('p')).toEqual({ a: null })
    expect(await pools.allocate('p', { nodeId: n1 })).toMatchObject({ key: 'a', fresh: true })
  })

  it('that restarts while many ask loses nothing that was answered', async () => {
    const entries = Array.from({ length: 200 }, (_, at) => [`e${at}`, null])
    bench.write('p', Object.fromEntries(entries))
    const servers = [bench.open(), bench.open()]
    const told = new Map<string, string>()
    const refused: string[] = []
    const ask = async (lane: number) => {
      for (let at = lane; at < 120; at += 12) {
        const id = nodeId(`N${at}`)
        const asked = servers[at % 2]?.allocate('p', { nodeId: id })
        await asked?.then(
          ({ key }) => told.set(id, key),
          (thrown: Refusal) => refused.push(thrown.code),
        )
        await wait(20)
      }
    }
    const asking = Promise.all(Array.from({ length: 12 }, (_, lane) => ask(lane)))
    while (told.size < 5) await wait(5)
    await bench.server().kill()
    await bench.server().start()
    await asking
    expect(new Set(refused)).toEqual(new Set(refused.length > 0 ? ['ZTP_DATABASE_FAILED'] : []))
    expect(told.size).toBeGreaterThan(0)
    expect(new Set(told.values()).size).toBe(told.size)
    const held = bench.read('p')
    for (const [id, key] of told) expect([key, held[key]]).toEqual([key, id])
    for (const [id, key] of told) {
      expect(await servers[0]?.allocate('p', { nodeId: nodeId(id) })).toMatchObject({ key })
    }
  })

  it('that hangs is not waited for; nothing stays taken', async () => {
    bench.write('p', { a: null, b: 'N2' })
    const pools = bench.open(bench.target(), { ...QUICK, silence: 60_000 })
    await pools.allocate('p', { nodeId: n2 })
    const started = Date.now()
    bench.server().pause()
    const asked = [n1, n1, n3].map((id) => refusalOf(pools.allocate('p', { nodeId: id })))
    const late = wait(1_500).then(() => refusalOf(pools.allocate('p', { nodeId: n2 })))
    const refusals = await Promise.all([...asked, late])
    const seconds = (Date.now() - started) / 1_000
    bench.server().resume()
    for (const { code, message } of refusals) {
      expect(code).toBe('ZTP_DATABASE_FAILED')
      expect(message).toMatch(/no answer within|did not answer within/)
    }
    // 1.5 s later, and 6 of its own; the rest is for a busy machine, far from the minute of silence.
    expect(seconds).toBeLessThan(40)
    await becomes(bench, 'p', { a: null, b: 'N2' })
    expect(await pools.allocate('p', { nodeId: n3 })).toMatchObject({ key: 'a', fresh: true })
  })

  it('that breaks off after a commit is asked again who has what', async () => {
    bench.write('p', { a: null, b: null, c: 'N2' })
    const proxy = await startCommitProxy(bench.server().port)
    const pools = bench.open(target(urlOf(bench).replace(/:\d+\//, `:${proxy.port}/`)))
    await pools.allocate('p', { nodeId: n2 })
    proxy.arm('cut')
    const asked = [n1, n2, n1].map((id) => pools.allocate('p', { nodeId: id }))
    expect((await Promise.all(asked)).map(({ key }) => key)).toEqual(['a', 'c', 'a'])
    expect(bench.read('p')).toEqual({ a: 'N1', b: null, c: 'N2' })
    await pools.close()
    await proxy.close()
  })

  it('that never answers a commit gets the entry back afterwards', async () => {
    bench.write('p', { a: null, b: null })
    const proxy = await startCommitProxy(bench.server().port)
    const pools = bench.open(target(urlOf(bench).replace(/:\d+\//, `:${proxy.port}/`)), QUICK)
    await pools.allocate('p', { nodeId: n2 })
    proxy.arm('stall')
    const refusal = await refusalOf(pools.allocate('p', { nodeId: n1 }))
    expect(refusal).toMatchObject({ code: 'ZTP_DATABASE_FAILED' })
    expect(bench.read('p')).toEqual({ a: 'N2', b: 'N1' })
    await becomes(bench, 'p', { a: 'N2', b: null })
    await pools.close()
    await proxy.close()
  })

  it('that never answers a commit leaves an entry that its node was told of since', async () => {
    bench.write('p', { a: null, b: 'N2' })
    const proxy = await startCommitProxy(bench.server().port)
    const url = urlOf(bench).replace(/:\d+\//, `:${proxy.port}/`)
    const pools = bench.open(target(url), { ...QUICK, giveBack: 8_000 })
    const other = bench.open()
    await Promise.all([pools, other].map((each) => each.allocate('p', { nodeId: n2 })))
    proxy.arm('stall')
    await refusalOf(pools.allocate('p', { nodeId: n1 }))
    expect(await other.allocate('p', { nodeId: n1 })).toMatchObject({ key: 'a', fresh: false })
    await wait(10_000)
    expect(bench.read('p')).toEqual({ a: 'N1', b: 'N2' })
    await pools.close()
    await proxy.close()
  })

  it('with another password, user or database says so', async () => {
    const url = urlOf(bench)
    const wrong = url.replace(/:p%40[^@]*@/, ':s3cret%20word@')
    const refusals = await Promise.all(
      [wrong, url.replace('//ztps:', '//nobody:'), url.replace(/test_\d+$/, 'nowhere')].map(
        (each) => refusalOf(bench.open(target(each)).allocate('p', { nodeId: n1 })),
      ),
    )
    expect(refusals.map((each) => each.code)).toEqual(Array(3).fill('ZTP_DATABASE_FAILED'))
    const messages = refusals.map((each) => each.message).join('\n')
    expect(messages).not.toMatch(/s3cret/)
    expect(messages).toMatch(/(password authentication failed|Access denied) for user/)
    expect(messages).toMatch(/nowhere/)
  })

  it('that lets us only read says so, and still tells what was given out', async () => {
    bench.write('p', { a: null, b: 'N2' })
    bench.sql(READ_ONLY[kind](bench.server().user))
    const pools = bench.open()
    const { code, message } = await refusalOf(pools.allocate('p', { nodeId: n1 }))
    expect(code).toBe('ZTP_DATABASE_FAILED')
    expect(message).toMatch(/permission denied for table p|UPDATE command denied/)
    expect(await pools.allocate('p', { nodeId: n2 })).toMatchObject({ key: 'b', fresh: false })
    expect(bench.warnings).toEqual([expect.stringMatching(/cannot make the table ztps_ledger/)])
  })

  it('without our own table keeps what may have been told twice, and warns once', async () => {
    bench.write('p', { a: null, b: null })
    bench.sql(NO_TABLES[kind](bench.server().user))
    const [one, other] = [bench.open(), bench.open()]
    for (const pools of [one, one, other]) {
      expect(await pools.allocate('p', { nodeId: n1 })).toMatchObject({ key: 'a' })
    }
    await one.giveBack('p', { nodeId: n1 }, 'a')
    await one.confirm(n1)
    expect(bench.read('p')).toEqual({ a: 'N1', b: null })
    await one.free('p', { nodeId: n1 }, 'a')
    expect(bench.read('p')).toEqual({ a: null, b: null })
    const about = bench.warnings.filter((each) => each.includes('ztps_ledger'))
    expect(about).toHaveLength(2)
  })

  it('makes our table anew when somebody drops it', async () => {
    bench.write('p', { a: null, b: null, c: null })
    const pools = bench.open()
    await pools.allocate('p', { nodeId: n1 })
    bench.sql('drop table ztps_ledger')
    expect(await pools.allocate('p', { nodeId: n1 })).toMatchObject({ key: 'a', fresh: false })
    expect(await pools.allocate('p', { nodeId: n2 })).toMatchObject({ key: 'b', fresh: true })
    expect(bench.sql('select entry from ztps_ledger order by entry')).toEqual([['a'], ['b']])
  })

  it('passes over rows that another program is changing, and waits for no one', async () => {
    bench.write('p', { a: null, b: null })
    bench.sql(`create unique index u on p (${bench.key})`)
    const other = await bench.foreign()
    await other.run('begin')
    await other.run(`select * from p where ${bench.key} = 'a' for update`)
    const pools = bench.open()
    expect(await pools.allocate('p', { nodeId: n1 })).toMatchObject({ key: 'b' })
    await other.run('rollback')
    await other.end()
    expect(await pools.allocate('p', { nodeId: n2 })).toMatchObject({ key: 'a' })
  })

  it('with a table that somebody holds altogether refuses in time; other tables go on', async () => {
    bench.write('p', { a: null })
    bench.write('q', { b: null })
    const other = await bench.foreign()
    await other.run(LOCK_TABLE[kind])
    const limits = { ...QUICK, request: 12_000, batch: 10_000, lock: 8_000 }
    const pools = bench.open(bench.target(), limits)
    const order: string[] = []
    const held = refusalOf(pools.allocate('p', { nodeId: n1 })).finally(() => order.push('p'))
    expect(await pools.allocate('q', { nodeId: n1 })).toMatchObject({ key: 'b' })
    order.push('q')
    expect((await held).code).toBe('ZTP_DATABASE_FAILED')
    expect(order).toEqual(['q', 'p'])
    await other.end()
    expect(await pools.allocate('p', { nodeId: n1 })).toMatchObject({ key: 'a' })
  })

  it('with values that a row does not take serves all others of the batch', async () => {
    bench.write('p', { a: null, b: null, c: null, d: null })
    const owner = await bench.foreign()
    await owner.run(REFUSING[kind])
    await owner.end()
    const pools = bench.open()
    const asked = ['N1', 'N2', 'BAD', 'N3'].map((id) => pools.allocate('p', { nodeId: nodeId(id) }))
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.map((each) => each.status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ])
    expect(outcomes[2]).toMatchObject({
      reason: { code: 'ZTP_DATABASE_FAILED', message: expect.stringContaining('not this one') },
    })
    expect(Object.values(bench.read('p')).filter((holder) => holder !== null)).toHaveLength(3)
  })
})

const READ_ONLY = {
  postgres: (user: string) => `
    alter schema public owner to admin; revoke update on p from ${user};
    grant usage on schema public to ${user}`,
  mysql: (user: string) => `
    set @database = database();
    execute immediate concat('revoke all on ', @database, '.* from ${user}@127.0.0.1');
    execute immediate concat('grant select on ', @database, '.* to ${user}@127.0.0.1')`,
}

const NO_TABLES = {
  postgres: (user: string) => `
    alter schema public owner to admin; grant usage on schema public to ${user}`,
  mysql: (user: string) => `
    set @database = database();
    execute immediate concat('revoke all on ', @database, '.* from ${user}@127.0.0.1');
    execute immediate concat('grant select, update on ', @database, '.p to ${user}@127.0.0.1')`,
}

const LOCK_TABLE = {
  postgres: 'begin; lock table p in access exclusive mode',
  mysql: 'lock tables p write',
}

const REFUSING = {
  postgres: `
    create function refuse() returns trigger as
      'begin if new.node_id = ''BAD'' then raise exception ''not this one''; end if; return new; end'
      language plpgsql;
    create trigger refuse before update on p for each row execute function refuse()`,
  mysql: `
    create trigger refuse before update on p for each row
      if new.node_id = 'BAD' then
        signal sqlstate '45000' set message_text = 'not this one';
      end if`,
}
