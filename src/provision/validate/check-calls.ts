import { didYouMean } from '../../config/nearest.ts'
import { errorAt, type Finding } from './finding.ts'
import type { CallMention } from './mentions.ts'
import type { Site } from './site.ts'

/** The plugins that come with the server (provisioning.md, "Resources"). */
const BUILT_IN: readonly string[] = ['allocate', 'sqlite', 'postgres', 'mysql', 'test']

/** The files in plugins/ that a call of NAME may mean. */
const SUFFIXES = ['', '.mjs', '.js', '.py']

/** Checks that the plugins that are called exist, and the pools that `allocate` takes from. */
export async function checkCalls(
  calls: readonly CallMention[],
  site: Site,
): Promise<readonly Finding[]> {
  return (await Promise.all(calls.map((each) => checkCall(each, site)))).flat()
}

async function checkCall({ call, place }: CallMention, site: Site): Promise<readonly Finding[]> {
  const { name, pool, text } = call
  const own = await isOwnPlugin(name, site)
  if (!own && !BUILT_IN.includes(name)) {
    const stems = (await site.names('plugins')).map((file) => file.replace(/\.(?:mjs|js|py)$/, ''))
    const meant = didYouMean(name, [...BUILT_IN, ...stems])
    const message = `no plugin has the name '${name}' of ${text}${meant}`
    return [errorAt(place, 'ZTP_UNKNOWN_PLUGIN', message)]
  }
  // An `allocate` of the operator's own may take its values from anywhere.
  if (own || name !== 'allocate' || (await site.isFile(`resources/${pool}`))) return []
  const meant = didYouMean(pool, await site.names('resources'))
  const message = `there is no pool '${pool}': no file ${pool} in resources/${meant}`
  return [errorAt(place, 'ZTP_MISSING_POOL', message)]
}

/** Whether a file of the operator's own runs when the name is called. */
async function isOwnPlugin(name: string, site: Site): Promise<boolean> {
  const names = await site.names('plugins')
  const file = SUFFIXES.map((suffix) => name + suffix).find((each) => names.includes(each))
  return file !== undefined && !(await site.isReleaseFile(`plugins/${file}`))
}
