import { memoryStore } from '../fakes/memory-store.ts'
import { describeStore } from './store-contract.ts'

const store = memoryStore()

describeStore('memory', () => ({ store, indicators: async (ticker) => store.state.indicators(ticker) }))
