import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { PostgrestClient } from '@supabase/postgrest-js'
import type { Endpoints } from '../../local/endpoints.ts'

/** What a look into a running stack can count. */
export type StackLook = {
  /** Rows of a table, or those of them whose `column` is null. */
  readonly rows: (table: string, column?: string) => Promise<number>
  /** Messages in all queues, waiting, in flight or delayed. */
  readonly queued: () => Promise<number>
}

export const lookInto = ({ supabase, sqs }: Endpoints): StackLook => {
  const database = new PostgrestClient(`${supabase.url}/rest/v1`, { headers: { apikey: supabase.secretKey } })
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new SQSClient({ endpoint: sqs.url, region: 'us-east-1', credentials })

  const depth = async (url: string): Promise<number> => {
    const { Attributes: found } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }))
    const attributes = new Map(Object.entries(found ?? {}))
    return ['', 'NotVisible', 'Delayed'].reduce((sum, kind) => sum + Number(attributes.get(`ApproximateNumberOfMessages${kind}`) ?? 0), 0)
  }

  return {
    rows: async (table, column) => {
      const all = database.from(table).select('*', { count: 'exact', head: true })
      const { count, error } = await (column === undefined ? all : all.is(column, null))
      if (error !== null || count === null) throw new Error(`${table} cannot be counted: ${error?.message ?? 'no count'}`)
      return count
    },
    queued: async () => {
      const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}))
      const depths = await Promise.all(QueueUrls.map(depth))
      return depths.reduce((sum, own) => sum + own, 0)
    },
  }
}
