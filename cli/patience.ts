import * as z from 'zod'
import { MINUTE } from '../shared/domain/time.ts'
import type { World } from './find-world.ts'

/** A tick takes seconds to show, and one may fail. */
const USUAL = 3 * MINUTE
/** At full speed the local stack leaves out what has nothing to do, for an hour at most, and then its tick takes a moment. */
const AT_FULL_SPEED = 75 * MINUTE
/** So long the local stack may take for a minute's work, real milliseconds. */
const REAL = 5000

const Status = z.object({ speed: z.union([z.number(), z.literal('max')]) })

/** How long after its minute a scheduled function is not missed yet, milliseconds of that world's time. */
export const patienceWith = async (world: World, fetch: typeof globalThis.fetch): Promise<number> => {
  if (world.kind === 'aws') return USUAL
  const speed = await speedOf(world.endpoints.status.url, fetch)
  return speed === 'max' ? AT_FULL_SPEED : USUAL + REAL * speed
}

const speedOf = async (statusUrl: string, fetch: typeof globalThis.fetch): Promise<number | 'max'> => {
  try {
    const response = await fetch(`${statusUrl}/status.json`, { signal: AbortSignal.timeout(REAL) })
    return Status.parse(await response.json()).speed
  } catch {
    // A page that cannot be read says nothing of the schedules: they are judged by the strictest rule.
    return 1
  }
}
