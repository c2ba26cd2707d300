import { describe } from 'vitest'
import { poolStoreContract } from '../../../resource/testing/pool-store-contract.ts'
import { sqlBench } from '../testing/sql-bench.ts'

describe.each(['postgres', 'mysql'] as const)('%s', (kind) => {
  poolStoreContract(kind, sqlBench(kind))
})
