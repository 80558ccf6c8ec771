import type * as z from 'zod'
import { takePage } from './page.ts'
import type { SecretInputs } from './secret-inputs.ts'
import { describeSecret } from './secret-view.ts'
import type { StoredSecret } from './stored-secret.ts'

type ListInput = z.output<(typeof SecretInputs)['list']>
type Filter = NonNullable<ListInput['Filters']>[number]

/** What ListSecrets answers: newest first unless asked otherwise. */
export const listSecrets = (secrets: readonly StoredSecret[], input: ListInput) => {
  const wanted = secrets
    .filter(({ deletedAt }) => deletedAt === undefined || input.IncludePlannedDeletion === true)
    .filter((secret) => (input.Filters ?? []).every((filter) => passes(secret, filter)))
    .toSorted((a, b) => (input.SortOrder === 'asc' ? a.createdAt - b.createdAt : b.createdAt - a.createdAt))
  const { items, next } = takePage(wanted, input)
  return { SecretList: items.map((secret) => describeSecret(secret, 'SecretVersionsToStages')), ...next }
}

/** Values match the beginning of what they are compared with; a leading `!` negates. Only descriptions ignore case. */
const passes = (secret: StoredSecret, { Key, Values }: Filter): boolean => {
  const folded = Key === 'description' || Key === 'all'
  const fold = (text: string): string => (folded ? text.toLowerCase() : text)
  const texts = textsOf(secret, Key).map(fold)
  return Values.map(fold).some((value) =>
    value.startsWith('!') ? !texts.some((text) => text.startsWith(value.slice(1))) : texts.some((text) => text.startsWith(value)),
  )
}

const textsOf = (secret: StoredSecret, key: Filter['Key']): readonly string[] => {
  const texts = {
    name: [secret.name],
    description: secret.description?.split(/\s+/) ?? [],
    'tag-key': secret.tags.map((tag) => tag.Key),
    'tag-value': secret.tags.flatMap((tag) => tag.Value ?? []),
  }
  return key === 'all' ? Object.values(texts).flat() : texts[key]
}
