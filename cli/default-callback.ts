/** Where `kite reauth` waits for the browser unless it is told otherwise. */
export const DEFAULT_CALLBACK = 'https://127.0.0.1:8182'
