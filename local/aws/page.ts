import { AwsError } from './aws-error.ts'

export type Page<Item> = { readonly items: readonly Item[]; readonly next: { readonly NextToken?: string } }

/** One page of a list. @throws AwsError InvalidNextTokenException */
export const takePage = <Item>(
  items: readonly Item[],
  { MaxResults: size = 100, NextToken: token }: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
): Page<Item> => {
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString())
  if (!Number.isInteger(start) || start < 0 || (token !== undefined && start === 0))
    throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.')
  const end = start + size
  return {
    items: items.slice(start, end),
    next: end < items.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {},
  }
}
