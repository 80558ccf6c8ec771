/** The registered application of the simulated Schwab, and the account that its owner has there. */
export const LOCAL_APP = {
  key: 'local-app-key',
  secret: 'local-app-secret',
  /** Where `kite reauth` listens. */
  redirectUri: 'https://127.0.0.1:8182',
}
