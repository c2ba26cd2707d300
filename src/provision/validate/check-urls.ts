import { didYouMean } from '../../config/nearest.ts'
import { errorAt, type Finding, warningAt } from './finding.ts'
import type { Mention } from './mentions.ts'
import { ownPath } from './own-path.ts'
import type { Site } from './site.ts'

/** Checks that the files behind the URLs of this very server exist. */
export async function checkUrls(urls: readonly Mention[], site: Site): Promise<readonly Finding[]> {
  const found = urls.map((url) => checkUrl(url, site))
  return (await Promise.all(found)).flat()
}

async function checkUrl({ text, place }: Mention, site: Site): Promise<readonly Finding[]> {
  const path = ownPath(text, site.settings.serverUrl)
  if (path === undefined) return []
  const folder = /^(files|actions)\//.exec(path)?.[1]
  if (folder === undefined) {
    if (/^(?:nodes|bootstrap|meta)(?:\/|$)/.test(path)) return []
    const message = `${text} is nothing that this server serves: files are under files/, another server's URL begins with http://`
    return [warningAt(place, 'ZTP_MISSING_FILE', message)]
  }
  if (await site.isFile(path)) return []
  const parent = path.slice(0, path.lastIndexOf('/'))
  const meant = didYouMean(path.slice(parent.length + 1), await site.names(parent))
  return [errorAt(place, 'ZTP_MISSING_FILE', `there is no file ${path}${meant}`)]
}
