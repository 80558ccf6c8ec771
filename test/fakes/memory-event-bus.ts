import type { EventBus, PipelineEvent } from '../../shared/ports.ts'

/** A bus that keeps what was published. */
export const memoryEventBus = (): EventBus & { readonly published: readonly PipelineEvent[] } => {
  const published: PipelineEvent[] = []
  return {
    published,
    publish: async (events) => {
      published.push(...events)
    },
  }
}
