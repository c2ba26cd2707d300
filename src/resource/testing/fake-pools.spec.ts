import { fakePools } from './fake-pools.ts'
import { type Entries, poolStoreContract } from './pool-store-contract.ts'

let entries: Entries = {}
let fake = fakePools({})

poolStoreContract('the fake', {
  open: () => fake.pools,
  write(pool, written) {
    entries = written
    const taken = Object.entries(written).flatMap(([key, holder]) =>
      holder === null ? [] : [[`${pool}/${key}`, holder]],
    )
    fake = fakePools({ [pool]: Object.keys(written) }, Object.fromEntries(taken))
  },
  read(pool) {
    const keys = Object.keys(entries)
    return Object.fromEntries(keys.map((key) => [key, fake.holders.get(`${pool}/${key}`) ?? null]))
  },
})
