import type pg from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { postgresBinaries, startCluster, type Cluster } from './postgres-cluster.ts'
import { postgresStore, storedRows } from './postgres-store.ts'
import { describeStore } from './store-contract.ts'
import type { Store } from './store-setup.ts'

const binaries = postgresBinaries()

describe.skipIf(binaries === undefined)('a real PostgreSQL', () => {
  let cluster: Cluster
  let owner: pg.Client
  let store: Store
  beforeAll(async () => {
    cluster = await startCluster(binaries ?? '')
    owner = await cluster.connect()
    store = postgresStore(await cluster.connect('service_role'))
  })
  afterAll(() => cluster.stop())

  describeStore('PostgreSQL', () => ({ store, indicators: (ticker) => storedRows(owner, ticker) }))
})
