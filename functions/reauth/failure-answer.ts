import { PipelineError } from '../../shared/domain/errors.ts'
import type { HttpAnswer } from '../../shared/lambda/http-handler.ts'
import { pageAnswer } from './pages/layout.ts'
import { wrongTurnPage } from './pages/wrong-turn-page.ts'

/** What the person sees when the function failed: what may pass by itself, or a bug. Nothing of the failure is told. */
export const failureAnswer = (error: unknown): HttpAnswer => {
  if (!(error instanceof PipelineError)) return pageAnswer(wrongTurnPage('bug'))
  const answer = pageAnswer(wrongTurnPage('unavailable'))
  return { ...answer, headers: { ...answer.headers, 'retry-after': '60' } }
}
