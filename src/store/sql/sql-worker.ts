import { workerData } from 'node:worker_threads'
import { serveRequests } from '../../thread/serve-requests.ts'
import { dialectFor } from './dialects.ts'
import { createSqlEngine } from './engine.ts'
import type { SqlReply, SqlRequest, SqlSetup } from './messages.ts'

const setup: SqlSetup = workerData
const engine = dialectFor(setup).then((dialect) => createSqlEngine(dialect, setup.limits))
// Told of with each request.
engine.catch(() => undefined)

serveRequests<SqlRequest, SqlReply>(async (request) => (await engine).run(request))
