import { PipelineError, StoreUnavailable } from '../../shared/domain/errors.ts'
import { awsTrouble } from '../aws-trouble.ts'
import { CommandFailed } from '../command.ts'

/** What one line of the checklist found. */
export type Finding = {
  readonly name: string
  /** `unknown`: it could not be measured, because something that another line names failed. `note`: good to know. */
  readonly verdict: 'ok' | 'failed' | 'unknown' | 'note'
  /** What was measured. */
  readonly says: string
  /** What to do about it. */
  readonly todo?: string | undefined
}

export const ok = (name: string, says: string): Finding => ({ name, verdict: 'ok', says })
export const failed = (name: string, says: string, todo: string): Finding => ({ name, verdict: 'failed', says, todo })
export const notMeasured = (name: string, says: string): Finding => ({ name, verdict: 'unknown', says })
export const note = (name: string, says: string, todo?: string): Finding => ({ name, verdict: 'note', says, todo })

/** Measures; what fails on the way becomes the finding itself, with this advice. A bug stays one. */
export const measured = async (
  name: string,
  todo: string,
  measure: () => Promise<Finding | readonly Finding[]>,
): Promise<readonly Finding[]> => {
  try {
    return [await measure()].flat()
  } catch (error) {
    if (error instanceof PipelineError || error instanceof CommandFailed)
      return [failed(name, error.message, awsTrouble(error)?.todo ?? todo)]
    throw error
  }
}

/**
 * Measures what needs the credentials of the application secret. Where they cannot be had, or the database does not answer as it
 * should, another line says so, and this one is only not measured.
 */
export const measuredWithApp = async (name: string, measure: () => Promise<Finding>): Promise<Finding> => {
  try {
    return await measure()
  } catch (error) {
    if (error instanceof StoreUnavailable) return notMeasured(name, 'the line of the database comes first')
    if (error instanceof PipelineError || error instanceof CommandFailed)
      return notMeasured(name, 'the line of the application secret comes first')
    throw error
  }
}
