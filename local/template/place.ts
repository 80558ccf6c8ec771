/** Where the local stack believes to be. */
export const REGION = 'us-east-1'
export const ACCOUNT = '000000000000'
