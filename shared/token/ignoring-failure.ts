import { PipelineError } from '../domain/errors.ts'

/** What could not be announced now is announced by the token-keeper. */
export const ignoringFailure = async (announcement: Promise<unknown>): Promise<void> => {
  try {
    await announcement
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error
  }
}
