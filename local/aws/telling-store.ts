import type { SecretStore } from './secret-store.ts'
import { holderOf } from './staging-labels.ts'

/** A store that tells when another version of a secret has become the current one. */
export const tellingStore = (store: SecretStore, onCurrent: ((name: string) => void) | undefined): SecretStore => ({
  ...store,
  save: (secret) => {
    const before = store.all().find(({ name }) => name === secret.name)
    store.save(secret)
    const current = holderOf(secret.versions, 'AWSCURRENT')?.id
    if (current !== holderOf(before?.versions ?? [], 'AWSCURRENT')?.id) onCurrent?.(secret.name)
  },
})
