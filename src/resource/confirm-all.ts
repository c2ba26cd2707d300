import { reasonOf } from '../kernel/errors.ts'
import type { Logger } from '../kernel/logger.ts'
import type { PoolStore } from './pool-port.ts'

/**
 * Confirms a node's entries in several stores.
 *
 * @param first waited for, and its failure passed on
 * @param others neither delay nor fail anything: a database that is down leaves a warning
 */
export function confirmAll(
  first: Pick<PoolStore, 'confirm'>,
  others: Readonly<Record<string, Pick<PoolStore, 'confirm'>>>,
  logger: Logger,
): Pick<PoolStore, 'confirm'> {
  return {
    async confirm(nodeId) {
      for (const [name, store] of Object.entries(others)) {
        store.confirm(nodeId).catch((thrown: unknown) => {
          const reason = reasonOf(thrown)
          logger.warn(`${nodeId}: its entries of ${name} pools stay marked as reserved: ${reason}`)
        })
      }
      await first.confirm(nodeId)
    },
  }
}
