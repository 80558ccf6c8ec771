/** A message as it went over the wire, read without the pipeline's schemas. */
export type SeenJob = {
  readonly kind: string
  readonly ticker: string
  readonly from: string
  readonly to: string
  readonly sessions: readonly { readonly date: string; readonly opensAt: string; readonly closesAt: string }[]
  readonly notAfter?: string
  readonly traceId: string
}
export type SeenBatch = {
  readonly kind: string
  readonly ticker: string
  readonly from: string
  readonly to: string
  readonly fetchedAt: string
  readonly traceId: string
}

type Input = {
  readonly QueueUrl?: string
  readonly MessageBody?: string
  readonly Entries?: readonly { readonly Id?: string; readonly MessageBody?: string; readonly ReceiptHandle?: string }[]
}

/** The queue and the bodies that a sending command has put there; undefined for other commands. */
export const sentBy = (
  method: string,
  args: readonly unknown[],
  result: unknown,
): { readonly queue: string; readonly bodies: readonly string[] } | undefined => {
  const { QueueUrl: queue = '', MessageBody = '', Entries = [] } = (args[0] ?? {}) as Input
  if (method === 'SendMessageCommand') return { queue, bodies: [MessageBody] }
  if (method !== 'SendMessageBatchCommand') return undefined
  const failed = new Set((result as { readonly Failed: readonly { readonly Id: string }[] }).Failed.map(({ Id }) => Id))
  return { queue, bodies: Entries.flatMap(({ Id = '', MessageBody = '' }) => (failed.has(Id) ? [] : [MessageBody])) }
}

export const readJson = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
