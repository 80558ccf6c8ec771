import { AwsUnavailable } from '../../shared/domain/errors.ts'
import { EVENTS, type PipelineEvent } from '../../shared/domain/events.ts'
import type { EventBus } from '../../shared/ports.ts'

export type MemoryEventBus = EventBus & {
  readonly published: readonly PipelineEvent[]
  /** While it is down it takes nothing. */
  setDown(down: boolean): void
}

/** A bus that keeps what was published, and takes nothing that its schema refuses. */
export const memoryEventBus = (): MemoryEventBus => {
  const published: PipelineEvent[] = []
  let isDown = false
  return {
    published,
    setDown: (down) => {
      isDown = down
    },
    publish: async (events) => {
      if (isDown) throw new AwsUnavailable('the event bus is down')
      for (const { type, detail } of events) EVENTS[type].parse(detail)
      published.push(...events)
    },
  }
}
