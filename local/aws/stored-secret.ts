import * as z from 'zod'

const StoredVersion = z.object({
  id: z.string(),
  stages: z.array(z.string()).readonly(),
  createdAt: z.number(),
  /** Exactly one of the two: text, or bytes in base64. */
  text: z.string().optional(),
  binary: z.string().optional(),
})
export type StoredVersion = Readonly<z.infer<typeof StoredVersion>>

const StoredSecret = z.object({
  name: z.string(),
  arn: z.string(),
  description: z.string().optional(),
  kmsKeyId: z.string().optional(),
  tags: z.array(z.object({ Key: z.string(), Value: z.string().optional() })).readonly(),
  createdAt: z.number(),
  changedAt: z.number(),
  /** The day of the last read, as Secrets Manager counts it. */
  accessedAt: z.number().optional(),
  deletedAt: z.number().optional(),
  /** When it is gone for good. */
  purgeAt: z.number().optional(),
  /** Oldest first. */
  versions: z.array(StoredVersion).readonly(),
})
/** A secret as the state file has it. Times are epoch milliseconds. */
export type StoredSecret = Readonly<z.infer<typeof StoredSecret>>

/** The content of the state file. */
export const StoredSecrets = z.object({ v: z.literal(1), secrets: z.array(StoredSecret).readonly() })
