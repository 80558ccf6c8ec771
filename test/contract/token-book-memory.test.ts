import { describe, expect, it } from 'vitest'
import { memoryStore } from '../fakes/memory-store.ts'
import { describeTokenBook } from './token-book-contract.ts'
import { noon } from './token-book-setup.ts'

const store = memoryStore()

describeTokenBook('memory', () => store)

describe('the memory token book', () => {
  it('starts without a token and without an outage', async () => {
    expect(await memoryStore().tokenState()).toEqual({
      deadVersion: undefined,
      provenVersion: undefined,
      loggedInAt: undefined,
      outages: [],
    })
  })

  it('keeps the newest status of a component', async () => {
    await store.putStatus('jobs', { depth: 1 }, noon)
    await store.putStatus('jobs', { depth: 2 }, noon - 1)
    expect(store.statuses.get('jobs')).toEqual({ status: { depth: 1 }, now: noon })
  })
})
