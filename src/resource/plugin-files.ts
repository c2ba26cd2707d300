/**
 * What the file of a plugin may be called after its name: of several files for one name the first
 * runs.
 */
const SUFFIXES = ['', '.py', '.mjs', '.js'] as const

/** As in a definition's calls: no separator, no leading dot, nothing that a path could be made of. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/

/** The plugins of ZTPServer that ours, built in, take the place of. */
const REPLACED: ReadonlySet<string> = new Set(['allocate', 'sqlite', 'test'])

/** The operator's files for a name. */
export type PluginFiles = {
  /** The file in plugins/ that runs; undefined when ours does, if there is one. */
  readonly file: string | undefined
  /** Further files for the same name, which do not run. */
  readonly unused: readonly string[]
}

/**
 * Which file of plugins/ runs when a definition calls a name (provisioning.md, "Resources"). One
 * that a release of ZTPServer put there counts as absent where we have its counterpart.
 *
 * @param has whether plugins/ has an entry of the name
 * @param isReleaseFile whether the entry is, byte for byte, one that a release put there
 */
export async function pluginFilesFor(
  name: string,
  has: (file: string) => boolean,
  isReleaseFile: (file: string) => Promise<boolean>,
): Promise<PluginFiles> {
  if (!NAME.test(name)) return { file: undefined, unused: [] }
  const files = SUFFIXES.map((suffix) => name + suffix).filter(has)
  const [first] = files
  const own =
    first !== undefined && REPLACED.has(first) && (await isReleaseFile(first))
      ? files.slice(1)
      : files
  const [file, ...unused] = own
  return { file, unused }
}

/** The name that a plugin's file is called by: without `.py`, `.mjs` and `.js`. */
export function pluginNameOf(file: string): string {
  return file.replace(/\.(?:py|mjs|js)$/, '')
}
