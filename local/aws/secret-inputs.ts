import * as z from 'zod'

const SecretId = z.string().min(1).max(2048)
const Stage = z.string().min(1).max(256)
const VersionId = z.string().min(32).max(64)
const Tags = z.array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256).optional() }))
const Page = { MaxResults: z.number().min(1).max(100).optional(), NextToken: z.string().min(1).max(4096).optional() }
const Value = {
  ClientRequestToken: z.string().optional(),
  SecretString: z.string().max(65_536).optional(),
  SecretBinary: z.base64().max(87_384).optional(),
}

/** The inputs of the operations, with the bounds that Secrets Manager documents. Members it knows and we have no use for are ignored. */
export const SecretInputs = {
  create: z.object({
    Name: z.string().min(1).max(512),
    Description: z.string().max(2048).optional(),
    KmsKeyId: z.string().max(2048).optional(),
    Tags: Tags.optional(),
    ...Value,
  }),
  get: z.object({ SecretId, VersionId: VersionId.optional(), VersionStage: Stage.optional() }),
  put: z.object({ SecretId, VersionStages: z.array(Stage).min(1).max(20).optional(), ...Value }),
  update: z.object({ SecretId, Description: z.string().max(2048).optional(), KmsKeyId: z.string().max(2048).optional(), ...Value }),
  moveStage: z.object({
    SecretId,
    VersionStage: Stage,
    MoveToVersionId: VersionId.optional(),
    RemoveFromVersionId: VersionId.optional(),
  }),
  one: z.object({ SecretId }),
  list: z.object({
    ...Page,
    IncludePlannedDeletion: z.boolean().optional(),
    SortOrder: z.enum(['asc', 'desc']).optional(),
    Filters: z
      .array(z.object({ Key: z.enum(['name', 'description', 'tag-key', 'tag-value', 'all']), Values: z.array(z.string()).min(1).max(10) }))
      .max(10)
      .optional(),
  }),
  listVersions: z.object({ SecretId, ...Page, IncludeDeprecated: z.boolean().optional() }),
  remove: z.object({ SecretId, RecoveryWindowInDays: z.number().optional(), ForceDeleteWithoutRecovery: z.boolean().optional() }),
  tag: z.object({ SecretId, Tags }),
  untag: z.object({ SecretId, TagKeys: z.array(z.string()) }),
} as const
