import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../kernel/logger.ts'
import { nodeId } from '../../resource/testing/requests.ts'
import { createFilePools } from './pool-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'ztps-full-'))
const small = join(folder, 'disk')

/** A file system of 256 KiB; only the superuser can make one, and not in every container. */
function mount(): boolean {
  try {
    execFileSync('mkdir', [small])
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'none', small], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const mounted = mount()
const state = join(folder, 'state')

afterAll(() => {
  if (mounted) execFileSync('umount', [small])
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!mounted)('a full disk (needs the right to mount a tmpfs)', () => {
  const path = join(small, 'p')
  const text = Array.from({ length: 4_000 }, (_, at) => `10.0.${at >> 8}.${at & 255}: null\n`).join(
    '',
  )
  const pools = createFilePools(
    { resources: small, state },
    { logger: silentLogger, clock: { now: () => Date.now() } },
  )
  beforeAll(() => {
    writeFileSync(path, `held: N1\n${text}`)
    try {
      for (;;) appendFileSync(join(small, 'filler'), Buffer.alloc(4096))
    } catch {
      // Full now.
    }
  })
  afterAll(() => pools.close())

  it('refuses a new allocation, and leaves the pool as it was', async () => {
    await expect(pools.allocate('p', { nodeId: nodeId('N2') })).rejects.toMatchObject({
      code: 'ZTP_STORE_FAILED',
      message: expect.stringContaining('no space left on the device'),
    })
    expect(readFileSync(path, 'utf8')).toBe(`held: N1\n${text}`)
    expect(readdirSync(small).sort()).toEqual(['filler', 'p'])
  })

  it('still answers a node that has its entry, in the same batch too', async () => {
    const [known, unknown] = await Promise.allSettled([
      pools.allocate('p', { nodeId: nodeId('N1') }),
      pools.allocate('p', { nodeId: nodeId('N3') }),
    ])
    expect(known).toMatchObject({ value: { value: 'held', fresh: false } })
    expect(unknown).toMatchObject({ reason: { code: 'ZTP_STORE_FAILED' } })
  })

  it('serves again when there is room', async () => {
    rmSync(join(small, 'filler'))
    expect(await pools.allocate('p', { nodeId: nodeId('N2') })).toMatchObject({ fresh: true })
  })
})

it('a state folder that cannot be made is an error that names it', async () => {
  writeFileSync(join(folder, 'file'), '')
  const paths = { resources: folder, state: join(folder, 'file', 'state') }
  const pools = createFilePools(paths, { logger: silentLogger, clock: { now: () => 0 } })
  await expect(pools.allocate('p', { nodeId: nodeId('N1') })).rejects.toMatchObject({
    code: 'ZTP_STORE_FAILED',
    message: expect.stringContaining(paths.state),
  })
  await pools.close()
})
