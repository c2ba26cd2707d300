import { access, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runZtps } from './support/server.ts'

it('ztps demo provisions seven switches, explains the refusal of one, and cleans up', async () => {
  const { status, stdout, stderr } = await runZtps(['demo'])
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/rack4-leaf was not provisioned/)
  expect(stdout).toMatch(/expected device .*, saw pod2-spine1/)
  expect(stdout).toMatch(/nothing was allocated twice/)
  expect(stdout).toMatch(/The demo went as it should\./)
  const folder = /data directory (\S+)/.exec(stdout)?.[1] ?? ''
  await expect(access(folder)).rejects.toThrow('ENOENT')
})

it('one of them runs the real script, and its row and its flash agree', async () => {
  const { stdout } = await runZtps(['demo'])
  expect(stdout).toMatch(/^rack1-leaf runs the real bootstrap script, on a virtual EOS \(Python 3/m)
  const row = /^rack1-leaf \(real script\) .* (pod1-leaf\d) +(10\.10\.0\.\d+\/24) (\S+\/32) /m
  const [, hostname, management, loopback] = row.exec(stdout) ?? []
  const [, config] = stdout.split('startup-config of rack1-leaf (real script):')
  const given = [`hostname ${hostname}`, `ip address ${management}`, `ip address ${loopback}`]
  for (const line of given) expect(config).toContain(`${line}\n`)
})

it('says so when there is no python3 to run the real script with', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ztps-path-'))
  await symlink(process.execPath, join(folder, 'node'))
  await symlink('/usr/bin/env', join(folder, 'env'))
  try {
    const { status, stdout } = await runZtps(['demo'], { environment: { PATH: folder } })
    expect(stdout).toMatch(/^All eight switches are simulated: there is no python3/m)
    expect(stdout).not.toContain('real script)')
    expect([status, /The demo went as it should\./.test(stdout)]).toEqual([0, true])
  } finally {
    await rm(folder, { recursive: true })
  }
})
