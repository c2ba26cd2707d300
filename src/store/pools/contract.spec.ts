import { parsePool } from '../../resource/pool-file.ts'
import { poolStoreContract } from '../../resource/testing/pool-store-contract.ts'
import { poolBench } from './testing/pools.ts'

const bench = poolBench()

poolStoreContract('a data directory', {
  open: () => bench.open(),
  write(pool, entries) {
    const lines = Object.entries(entries).map(([key, holder]) => `${key}: ${holder}\n`)
    bench.write(pool, lines.join(''))
  },
  read(pool) {
    const { value = [] } = parsePool(bench.read(pool), pool)
    return Object.fromEntries(value.map(({ key, holder }) => [key, holder]))
  },
})
