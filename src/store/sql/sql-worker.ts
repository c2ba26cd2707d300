import { workerData } from 'node:worker_threads'
import { serveRequests } from '../../thread/serve-requests.ts'
import { dialectFor } from './dialects.ts'
import { createSqlEngine } from './engine.ts'
import type { SqlReply, SqlRequest, SqlTarget } from './messages.ts'

const target: SqlTarget = workerData
const engine = dialectFor(target).then(createSqlEngine)
// Told of with each request.
engine.catch(() => undefined)

serveRequests<SqlRequest, SqlReply>(async (request) => (await engine).run(request))
