import { sqlAdminSuite } from '../testing/admin-suite.ts'
import { sqlBench } from '../testing/sql-bench.ts'

sqlAdminSuite(sqlBench('sqlite'))
