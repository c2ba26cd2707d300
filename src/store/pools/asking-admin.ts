import type { PoolAdmin, PoolKind } from '../../resource/pool-admin.ts'
import type { AdminRequest, PoolOutcome } from './messages.ts'

/** What a person's requests are answered with. */
export type AdminOutcome = Extract<
  PoolOutcome,
  { readonly kind: 'listed' | 'contents' | 'added' | 'changed' }
>

/** Has one request answered by a worker. @throws ZtpError what the worker refused it with */
export type AskAdmin = <K extends AdminOutcome['kind']>(
  request: AdminRequest,
  kind: K,
) => Promise<Extract<AdminOutcome, { readonly kind: K }>>

/** The methods of PoolAdmin as requests to a worker. */
export function askingAdmin(kind: PoolKind, ask: AskAdmin, close: () => Promise<void>): PoolAdmin {
  return {
    kind,
    pools: async () => (await ask({ kind: 'list' }, 'listed')).pools,
    contents: async (pool) => (await ask({ kind: 'contents', pool }, 'contents')).contents,
    async add(pool, entries, { dryRun, fill = false }) {
      return (await ask({ kind: 'add', pool, entries, dryRun, fill }, 'added')).addition
    },
    async free(pool, keys, { dryRun }) {
      return (await ask({ kind: 'free-keys', pool, keys, dryRun }, 'changed')).changed
    },
    async freeNode(node, { dryRun }) {
      return (await ask({ kind: 'free-node', node, dryRun }, 'changed')).changed
    },
    async reassign(from, to, { dryRun }) {
      return (await ask({ kind: 'reassign', from, to, dryRun }, 'changed')).changed
    },
    close,
  }
}
