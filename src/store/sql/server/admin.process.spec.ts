import { describe } from 'vitest'
import { sqlAdminSuite } from '../testing/admin-suite.ts'
import { sqlBench } from '../testing/sql-bench.ts'

describe.each(['postgres', 'mysql'] as const)('%s', (kind) => {
  sqlAdminSuite(sqlBench(kind))
})
