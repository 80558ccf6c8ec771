export type AuthorizeOptions = {
  /** Without a path: `https://api.schwabapi.com`. */
  readonly schwabUrl: string
  readonly appKey: string
  /** Exactly as it is registered at Schwab. */
  readonly redirectUri: string
  readonly state: string
}

/** Schwab's login page for this app. */
export const authorizeUrl = ({ schwabUrl, appKey, redirectUri, state }: AuthorizeOptions): string => {
  const query = new URLSearchParams({ client_id: appKey, redirect_uri: redirectUri, response_type: 'code', state })
  return `${schwabUrl.replace(/\/$/, '')}/v1/oauth/authorize?${query.toString()}`
}

/** Where Schwab sends the browser back to. @param reauthUrl without a path */
export const callbackUrl = (reauthUrl: string): string => `${reauthUrl.replace(/\/$/, '')}/reauth/callback`
