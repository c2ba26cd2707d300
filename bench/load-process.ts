import { download } from './load-download.ts'
import { sendEach } from './load-each.ts'
import { runFleetOf } from './load-fleet.ts'
import { makeFolders } from './load-folders.ts'
import type { Load, Plan } from './load-plan.ts'
import { repeat } from './load-repeat.ts'

// The client is a process of its own, so that it never waits for the bench or the server's loop.

function carryOut(plan: Plan): Promise<Load> {
  switch (plan.kind) {
    case 'repeat':
      return repeat(plan)
    case 'each':
      return sendEach(plan)
    case 'download':
      return download(plan)
    case 'folders':
      return makeFolders(plan)
    case 'fleet':
      return runFleetOf(plan)
  }
}

process.once('message', async (plan: Plan) => {
  process.send?.(await carryOut(plan))
})
