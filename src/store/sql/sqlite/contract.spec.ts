import { poolStoreContract } from '../../../resource/testing/pool-store-contract.ts'
import { sqlBench } from '../testing/sql-bench.ts'

poolStoreContract('SQLite', sqlBench('sqlite'))
