import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** The contents of a page's fences of one language, in order. @param page such as `docs/guides/tls.md` */
export async function fencesOf(page: string, language: string): Promise<readonly string[]> {
  const text = await readFile(fileURLToPath(new URL(`../../${page}`, import.meta.url)), 'utf8')
  const fences = text.matchAll(/^```(\w+)\n(.*?)^```$/gms)
  return [...fences].flatMap(([, kind, body = '']) => (kind === language ? [body] : []))
}
