/**
 * What has not happened after so long hangs. It stops nothing that is merely slow: whatever is waited for takes some seconds on two quiet
 * cores, and may take ten times as long on a machine that is busy.
 */
export const PATIENCE_MS = 300_000
