import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'

/** One for each execution environment: its connections are kept, whatever is built anew. */
export const secretsClient = new SecretsManagerClient({})
