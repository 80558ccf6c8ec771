import { DEFAULT_REGION, DEFAULT_STAGE, type WorldOptions } from './find-world.ts'

/** `npx serverless deploy` for the stage that is meant, which is always named: it is about to be made. */
export const deployCommand = ({ stage = DEFAULT_STAGE, region = DEFAULT_REGION }: WorldOptions): string =>
  `npx serverless deploy --stage ${stage}${region === DEFAULT_REGION ? '' : ` --region ${region}`}`
