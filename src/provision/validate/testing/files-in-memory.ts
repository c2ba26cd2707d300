import type { DataEntry, DataFiles } from '../data-files.ts'

/** A data directory made of its files' texts; `null` is a file that is no text. */
export function filesInMemory(texts: Readonly<Record<string, string | null>>): DataFiles {
  const paths = Object.keys(texts)

  function kindOf(path: string): DataEntry['kind'] | 'absent' {
    if (Object.hasOwn(texts, path)) return 'file'
    return paths.some((each) => each.startsWith(`${path}/`)) ? 'folder' : 'absent'
  }

  return {
    root: '/data',
    kindOf: async (path) => kindOf(path),
    realFolder: async (path) => path,
    async list(folder) {
      const below = paths.filter((each) => each.startsWith(`${folder}/`))
      const names = below.map((each) => each.slice(folder.length + 1).split('/')[0] ?? '')
      const shown = [...new Set(names)].filter((name) => !name.startsWith('.')).sort()
      return shown.map((name) => {
        const kind = kindOf(`${folder}/${name}`)
        return { name, kind: kind === 'folder' ? kind : 'file' }
      })
    },
    async read(path) {
      if (!Object.hasOwn(texts, path)) return { kind: 'absent' }
      const text = texts[path]
      if (typeof text === 'string') return { kind: 'text', text }
      const problem = {
        code: 'ZTP_NOT_UTF8',
        line: 3,
        column: 7,
        message: 'the byte 0xff is not UTF-8',
      }
      return { kind: 'unreadable', problem }
    },
    isReleaseFile: async (path) => texts[path] === 'released',
  }
}
