import type { PageState } from '../state/page-state.ts'

/** What a second of work is on a clock that flies: so much later than usual is still in time. */
const WORK_SECONDS = 2

/** Milliseconds of the page's clock that its readers add to every age. */
export const allowanceOf = (speed: number): number => (speed > 1 ? speed * WORK_SECONDS * 1000 : 0)

/** Where a person logs in, while one should: the login has ended or ends soon. */
export const shownLink = ({ stack, token, outages }: Pick<PageState, 'stack' | 'token' | 'outages'>): string | undefined => {
  const isOpen = outages?.some(({ reauthorizedAt }) => reauthorizedAt === undefined) ?? false
  return isOpen || token?.state === 'dead' || token?.state === 'expiring' ? stack?.link : undefined
}
