import type { IncomingMessage } from 'node:http'

const LONGEST_BODY = 65_536

/** The text of a request. @returns undefined when it is longer than any that is meant for the simulator */
export const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > LONGEST_BODY) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}
