import { PipelineError } from '../../shared/domain/errors.ts'
import { splitKey, type AppliedSplit } from '../../shared/domain/split.ts'
import { toIso } from '../../shared/domain/time.ts'
import { describeError } from '../../shared/lambda/log.ts'
import { publishOnce } from '../../shared/token/publish-once.ts'
import type { RunTickDeps } from './tick-deps.ts'

/** Tells of each split once, when everything stored is adjusted for it. What cannot be told now is told at a later tick. */
export const publishSplits = async (splits: readonly AppliedSplit[], deps: RunTickDeps): Promise<void> => {
  for (const { ticker, date, ratio, noticedAt } of splits) {
    const detail = { ticker, date, ratio, noticedAt: toIso(noticedAt) }
    try {
      const outcome = await publishOnce(splitKey(ticker, date), () => ({ type: 'SplitApplied', detail }), deps)
      if (outcome === 'published') deps.log('split_applied', { ticker, date, ratio })
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error
      deps.log('event_not_published', { type: 'SplitApplied', ...describeError(error) })
    }
  }
}
