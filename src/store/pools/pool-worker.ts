import { workerData } from 'node:worker_threads'
import { serveRequests } from '../../thread/serve-requests.ts'
import { storeFailure } from '../disk/failure.ts'
import { makeFolder } from '../disk/make-folder.ts'
import { createEngine } from './engine.ts'
import type { PoolBatch, PoolPaths, PoolReply } from './messages.ts'

const paths: PoolPaths = workerData
const engine = createEngine(paths)

serveRequests<PoolBatch, PoolReply>(async (batch) => {
  try {
    await makeFolder(paths.state)
  } catch (thrown) {
    throw storeFailure('create', paths.state, thrown)
  }
  return engine.run(batch)
})
