import { BollingerBands } from 'technicalindicators'
import { alignToEnd } from './series.ts'

/** Mean of the period, and that mean plus and minus some population deviations. In the unit of the price. */
export type Bands = { readonly upper: number; readonly middle: number; readonly lower: number }

/** Bollinger bands over prices (greater than 0) at `deviations` population standard deviations, null before `period` of them. */
export const bollinger = (prices: readonly number[], period: number, deviations: number): readonly (Bands | null)[] =>
  alignToEnd(BollingerBands.calculate({ period, stdDev: deviations, values: [...prices] }), prices.length)
