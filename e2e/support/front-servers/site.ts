/** Under which path switches find the server, and whether the front server takes it off. */
export type Site = 'root' | 'stripped' | 'kept'

export const SITES: readonly Site[] = ['root', 'stripped', 'kept']

/** What server_url ends with. */
export function pathOf(site: Site): string {
  return site === 'root' ? '' : '/ztpserver'
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}
