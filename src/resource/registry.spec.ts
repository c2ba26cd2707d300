import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Plugin, PluginSource } from './plugin.ts'
import { builtinPlugins, createRegistry } from './registry.ts'
import { fakePools } from './testing/fake-pools.ts'
import { request } from './testing/requests.ts'

const NONE: PluginSource = { find: async () => undefined }
const OWN: Plugin = { allocate: async () => ({ value: 'own', giveBack: async () => false }) }
const FOLDER = new URL('./plugins/', import.meta.url)

function stores(files: Readonly<Record<string, readonly string[]>>) {
  const tables = fakePools({}).pools
  return { allocate: fakePools(files).pools, sqlite: tables, postgres: tables, mysql: tables }
}

describe('builtinPlugins', () => {
  it('has just the plugins that have a folder', () => {
    expect([...builtinPlugins(stores({})).keys()].sort()).toEqual(readdirSync(FOLDER).sort())
  })

  it.each(readdirSync(FOLDER))('%s has the files that every plugin has', (name) => {
    const files = readdirSync(new URL(`${name}/`, FOLDER))
    expect(files).toEqual(expect.arrayContaining(['doc.md', 'plugin.spec.ts', 'plugin.ts']))
  })

  it('finds a plugin by the name of a call, and nothing else', async () => {
    const registry = createRegistry(builtinPlugins(stores({ p: ['a'] })), NONE)
    const plugin = await registry.find('allocate')
    expect(await plugin?.allocate(request('N1', 'p'))).toMatchObject({ value: 'a' })
    expect(await registry.find('constructor')).toBeUndefined()
  })

  it("finds the operator's own before ours, and beside ours", async () => {
    const own = {
      find: async (name: string) => (name === 'ipam' || name === 'test' ? OWN : undefined),
    }
    const builtins = builtinPlugins(stores({}))
    const registry = createRegistry(builtins, own)
    expect(await registry.find('ipam')).toBe(OWN)
    expect(await registry.find('test')).toBe(OWN)
    expect(await registry.find('allocate')).toBe(builtins.get('allocate'))
  })

  it('does not go on to ours when the file of the operator is broken', async () => {
    const own = { find: () => Promise.reject(new Error('broken')) }
    const registry = createRegistry(builtinPlugins(stores({})), own)
    await expect(registry.find('test')).rejects.toThrow('broken')
  })
})
