import { addEntries } from './admin-add.ts'
import type { AdminCall } from './admin-call.ts'
import { changeEverywhere, changePool } from './admin-change.ts'
import { contentsOf } from './admin-contents.ts'
import { freeKeys, freeNode, reassign } from './admin-plan.ts'
import type { AdminRequest, PoolOutcome } from './messages.ts'
import { listPools } from './pool-place.ts'
import { failed } from './pool-service.ts'

/** Serves what a person asks; with the lock held, and all on disk when it returns. */
export function serveAdmin(request: AdminRequest, call: AdminCall): PoolOutcome {
  try {
    return answer(request, call)
  } catch (thrown) {
    return failed(thrown)
  }
}

function answer(request: AdminRequest, call: AdminCall): PoolOutcome {
  switch (request.kind) {
    case 'list':
      return { kind: 'listed', pools: [...listPools(call.resources)].sort() }
    case 'contents':
      return { kind: 'contents', contents: contentsOf(request.pool, call) }
    case 'add':
      return { kind: 'added', addition: addEntries(request, call) }
    case 'free-keys': {
      const { pool, keys, dryRun } = request
      const wish = { plan: freeKeys(keys), meant: () => keys, dryRun }
      return { kind: 'changed', changed: changePool(pool, wish, call) }
    }
    case 'free-node': {
      const { node, dryRun } = request
      const changed = changeEverywhere(node, { plan: freeNode(node), dryRun }, call)
      return { kind: 'changed', changed }
    }
    case 'reassign': {
      const { from, to, dryRun } = request
      const changed = changeEverywhere(from, { plan: reassign(from, to), dryRun }, call)
      return { kind: 'changed', changed }
    }
  }
}
