import { describeDeaths } from './token-book-deaths.ts'
import { describeOnce } from './token-book-once.ts'
import { describeOutages } from './token-book-outages.ts'
import { describeRecovery } from './token-book-recovery.ts'
import type { OpenBook } from './token-book-setup.ts'

/** What every store knows of the token, whatever it is made of. */
export const describeTokenBook = (kind: string, open: OpenBook): void => {
  describeDeaths(kind, open)
  describeOutages(kind, open)
  describeOnce(kind, open)
  describeRecovery(kind, open)
}
