import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Session } from '../dialect.ts'
import { openSqliteSession } from './session.ts'

/** How many descriptors of this process are open on a file; other threads have others. */
function descriptorsOf(file: string): number {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return undefined // It was closed meanwhile.
    }
  })
  return links.filter((link) => link === file).length
}

describe('a session on a file that another program locks', () => {
  let folder = ''
  let other: Database.Database
  const path = () => join(folder, 'resources.db')
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ztps-session-'))
    other = new Database(path())
    other.exec('CREATE TABLE p (node_id TEXT, key TEXT)')
  })
  afterEach(() => {
    other.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const waiting: readonly (readonly [string, (session: Session) => Promise<unknown>])[] = [
    ['reads', (session) => session.read(async () => 'read')],
    ['begins', (session) => session.begin('p')],
  ]
  it.each(waiting)('%s no more once it is destroyed', async (_name, wait) => {
    const session = openSqliteSession(path(), false)
    other.exec('BEGIN EXCLUSIVE')
    const done = wait(session)
    session.destroy()
    await expect(done).rejects.toThrow('the connection was closed')
    await session.rollback()
    session.destroy()
    expect(session.isGood()).toBe(false)
  })

  it('cannot be opened, and leaves no files open', () => {
    other.exec('BEGIN EXCLUSIVE')
    const before = descriptorsOf(path())
    expect(before).toBe(1)
    for (let attempt = 0; attempt < 20; attempt += 1) {
      expect(() => openSqliteSession(path(), false)).toThrow('database is locked')
    }
    // One SQLite keeps: to close it would end the lock, which here is of the same process.
    expect(descriptorsOf(path())).toBeLessThanOrEqual(before + 1)
  })
})
