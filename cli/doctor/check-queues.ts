import { DEAD_LETTER_NAMES, DEAD_LETTERS } from '../dead-letters.ts'
import type { Pipeline } from '../pipeline.ts'
import { failed, type Finding, measured, ok } from './finding.ts'

/** More than so many minutes of work means that it comes in faster than it is done, or that nobody does it. */
const MINUTES_OF_WORK = 10

/** How full each queue is. A dead-letter queue should be empty. */
export const checkQueues = async (pipeline: Pipeline): Promise<readonly Finding[]> => {
  const limit = MINUTES_OF_WORK * pipeline.config.requestsPerMinute
  const working = (['jobs', 'candles'] as const).map((queue) =>
    measured(queue, PERMISSION, async () => {
      const { waiting, inFlight, delayed } = await pipeline.queues.depth(queue)
      const says = `${waiting} waiting, ${inFlight} in flight, ${delayed} delayed`
      if (waiting <= limit) return ok(queue, says)
      return failed(queue, says, `is ${queue === 'jobs' ? 'the fetcher' : 'the writer'} throttled or failing? Its log says so`)
    }),
  )
  const dead = DEAD_LETTER_NAMES.map((name) => {
    const { queue, repair } = DEAD_LETTERS[name]
    return measured(queue, PERMISSION, async () => {
      const { waiting, inFlight } = await pipeline.queues.depth(queue)
      return waiting + inFlight === 0 ? ok(queue, 'empty') : failed(queue, `${waiting} waiting, ${inFlight} in flight`, repair)
    })
  })
  return (await Promise.all([...working, ...dead])).flat()
}

const PERMISSION = 'npx serverless deploy makes it; may you read it?'
