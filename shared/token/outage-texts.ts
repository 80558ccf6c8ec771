import type { OutageReason } from '../domain/outage.ts'

/** Why an outage began and what to do, for a person. EventBridge puts it into a JSON string as it is: no straight quote, backslash or line break. */
export const OUTAGE_TEXTS: { readonly [Reason in OutageReason]: string } = {
  reauth_required:
    'Schwab no longer accepts the stored login: it has ended, seven days after it was made, or was withdrawn. Log in again by the link.',
  entitlement:
    'Schwab gives out tokens but answers 401 to market data. Log in again by the link; if that does not help, ' +
    'look at developer.schwab.com whether the app is “Ready For Use” and has the product “Market Data Production”.',
  configuration:
    'Schwab does not accept the key or secret of the app itself. Compare them with those at developer.schwab.com and correct the ' +
    'application secret; the pipeline then goes on by itself. Logging in alone does not help.',
  unusable_token:
    'The token that is stored cannot be renewed: somebody put a value there that is no login at Schwab. Log in again by the link.',
}

/** Why a token put by hand is of no use, for a person; as plain as the texts above. */
export const REJECTION_TEXTS: { readonly [Reason in OutageReason]: string } = {
  reauth_required: 'Schwab does not accept the refresh token that was put by hand.',
  entitlement: 'Schwab answers 401 to market data with the token that was put by hand.',
  configuration: 'The token that was put by hand could not be tried: Schwab does not accept the key or secret of the app.',
  unusable_token:
    'What was put by hand is no token that can be renewed: it has no refresh_token, as a client-credentials token, or is no token file at all.',
}
