import { describeCandles } from './store-candles.ts'
import { describeCompleteness } from './store-completeness.ts'
import { describeIndicators } from './store-indicators.ts'
import { describeSplits } from './store-splits.ts'
import { describeSuspicion } from './store-suspicion.ts'
import { describeScheduling } from './store-scheduling.ts'
import type { OpenStore } from './store-setup.ts'
import { describeVerdicts } from './store-verdicts.ts'
import { describeWatermark } from './store-watermark.ts'

/** What every store does, whatever it is made of. */
export const describeStore = (kind: string, open: OpenStore): void => {
  describeWatermark(kind, open)
  describeCompleteness(kind, open)
  describeSplits(kind, open)
  describeSuspicion(kind, open)
  describeScheduling(kind, open)
  describeVerdicts(kind, open)
  describeCandles(kind, open)
  describeIndicators(kind, open)
}
