import type { QueueDepth } from '../data/minute-rows.ts'

/** As many boxes as a pile can have: enough for a hundred thousand messages. */
export const PILE_MOST = 30
const STEP = 1.5

/** All that is in a queue: waiting, being worked on, put off. */
export const depthOf = ({ visible, inFlight, delayed }: QueueDepth): number => visible + inFlight + delayed

/** The height of the pile that stands for so many messages: one box for the first, one more whenever there are half as many again. */
export const pileBoxes = (depth: number): number => (depth < 1 ? 0 : Math.min(PILE_MOST, Math.floor(Math.log(depth) / Math.log(STEP)) + 1))

const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 0 })
const whole = new Intl.NumberFormat('en-US')
/** `9,999`, then `12K`: as much as fits beside a pile. */
export const depthText = (depth: number): string => (depth < 10_000 ? whole : short).format(depth)
