import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../kernel/logger.ts'
import { nodeId } from '../../resource/testing/requests.ts'
import { createFilePools } from './pool-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'ztps-coarse-'))
const disk = join(folder, 'disk')

/** A file system that keeps whole seconds, as many file servers do; only the superuser can make one. */
function mount(): boolean {
  try {
    const image = join(folder, 'image')
    writeFileSync(image, Buffer.alloc(4 * 1024 * 1024))
    execFileSync('mkfs.ext4', ['-q', '-I', '128', image], { stdio: 'ignore' })
    mkdirSync(disk)
    execFileSync('mount', ['-o', 'loop', image, disk], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const mounted = mount()

afterAll(() => {
  if (mounted) execFileSync('umount', [disk])
  rmSync(folder, { recursive: true, force: true })
})

function open() {
  return createFilePools(
    { resources: disk, state: join(folder, 'state') },
    { logger: silentLogger, clock: { now: () => Date.now() } },
  )
}

/** Writes a pool, and returns at the beginning of a later second: what follows is within it. */
async function writeEarlier(path: string, text: string): Promise<void> {
  writeFileSync(path, text)
  await sleep(2_500)
  await sleep(1_000 - (Date.now() % 1_000))
}

describe.skipIf(!mounted)(
  'whole seconds for times (needs the right to mount a file system)',
  () => {
    const [pools, other] = [open(), open()]
    afterAll(() => Promise.all([pools.close(), other.close()]))

    // Each edit is of the same size, in the same second, in the same file as our own write before it.
    it.each([
      ['gives-it', 'b: N007\n', 'c', 'a: N001\nb: N007\nc: N002\n'],
      ['renames-it', 'B: null\n', 'B', 'a: N001\nB: N002\nc: null\n'],
    ])(
      'an edit in place right after a write of ours is seen: %s',
      async (pool, line, entry, text) => {
        const path = join(disk, pool)
        await writeEarlier(path, 'a: null\nb: null\nc: null\n')
        expect(await pools.allocate(pool, { nodeId: nodeId('N001') })).toMatchObject({ value: 'a' })
        writeFileSync(path, `a: N001\n${line}c: null\n`)
        const { value } = await pools.allocate(pool, { nodeId: nodeId('N002') })
        expect([value, readFileSync(path, 'utf8')]).toEqual([entry, text])
      },
    )

    it('an old copy saved right after a write of ours is seen, by another server too', async () => {
      const path = join(disk, 'old')
      await writeEarlier(path, 'a: null\nb: null\n')
      await pools.allocate('old', { nodeId: nodeId('N001') })
      writeFileSync(path, 'a: null\nb: null\n')
      expect(await other.allocate('old', { nodeId: nodeId('N002') })).toMatchObject({ value: 'b' })
      expect(readFileSync(path, 'utf8')).toBe('a: N001\nb: N002\n')
    })
  },
)
