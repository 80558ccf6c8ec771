import { memoryStore } from '../fakes/memory-store.ts'
import { describeStore } from './store-contract.ts'

describeStore('memory', () => {
  const store = memoryStore()
  return { store, indicators: async (ticker) => store.state.indicators(ticker) }
})
