import { didYouMean } from '../../config/nearest.ts'
import { pluginNameOf } from '../../resource/plugin-files.ts'
import { checkOwnPlugin } from './check-own-plugin.ts'
import { errorAt, type Finding } from './finding.ts'
import type { CallMention } from './mentions.ts'
import type { Site } from './site.ts'

/** The plugins that come with the server (provisioning.md, "Resources"). */
const BUILT_IN: readonly string[] = ['allocate', 'sqlite', 'postgres', 'mysql', 'test']

/** Checks that the plugins that are called exist, and the pools that `allocate` takes from. */
export async function checkCalls(
  calls: readonly CallMention[],
  site: Site,
): Promise<readonly Finding[]> {
  return (await Promise.all(calls.map((each) => checkCall(each, site)))).flat()
}

async function checkCall({ call, place }: CallMention, site: Site): Promise<readonly Finding[]> {
  const { name, pool, text } = call
  const { file, findings } = await checkOwnPlugin(name, place, site)
  // One of the operator's own, `allocate` too, may take its values from anywhere.
  if (file !== undefined) return findings
  if (!BUILT_IN.includes(name)) {
    const meant = didYouMean(name, [
      ...BUILT_IN,
      ...(await site.names('plugins')).map(pluginNameOf),
    ])
    const message = `no plugin has the name '${name}' of ${text}${meant}`
    return [errorAt(place, 'ZTP_UNKNOWN_PLUGIN', message)]
  }
  if (name !== 'allocate' || (await site.isFile(`resources/${pool}`))) return []
  const meant = didYouMean(pool, await site.names('resources'))
  const message = `there is no pool '${pool}': no file ${pool} in resources/${meant}`
  return [errorAt(place, 'ZTP_MISSING_POOL', message)]
}
