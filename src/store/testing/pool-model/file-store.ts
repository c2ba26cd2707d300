import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelStore, OpenStore } from './store.ts'
import { holderIn, render } from './written-pool.ts'

/** Pools in the files of a data directory. */
export const openFileStore: OpenStore = async (pools) => {
  const folder = await mkdtemp(join(tmpdir(), 'ztps-model-'))
  const resources = join(folder, 'resources')
  const names = [...pools.keys()]
  await mkdir(resources)
  for (const [name, file] of pools) await writeFile(join(resources, name), render(file))

  const store: ModelStore = {
    nature: { writesBack: true, isAtomic: false, givesFirst: true },
    place: { kind: 'file', resources, state: join(folder, '.ztps') },
    textOf: render,
    async read() {
      const texts = names.map(async (name) => {
        return [name, await readFile(join(resources, name), 'utf8')] as const
      })
      return new Map(await Promise.all(texts))
    },
    plan({ pool, saved, file }) {
      const text = render(file)
      return {
        pool,
        act: { do: 'edit', pool, file },
        told: `saved ${saved}: ${JSON.stringify(text)}`,
        carryOut: () => save(join(resources, pool), join(folder, `.${pool}.edited`), saved, text),
        breakPromises: (promises, now) => promises.edited(file, now),
        mayTake: (key) => holderIn(file, key) !== null,
      }
    },
    async breakOff() {},
    staysOpen: false,
    async expectTidy() {
      const left = (await readdir(resources)).toSorted().join()
      if (left !== names.toSorted().join()) throw new Error(`these are left: ${left}`)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
  return store
}

async function save(path: string, beside: string, how: string, text: string): Promise<void> {
  if (how === 'in place') return writeFile(path, text)
  await writeFile(beside, text)
  await rename(beside, path)
}
