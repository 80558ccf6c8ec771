import type { Log } from '../shared/domain/log-events.ts'

/** Commands say what happened in their own words. */
export const silent: Log = () => {}
