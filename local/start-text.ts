import { relative, resolve } from 'node:path'
import type { Endpoints } from './endpoints.ts'
import { DEFAULT_DATA, type StartOptions } from './options.ts'
import { movedPorts } from './ports.ts'

/** What the terminal shows when everything listens. */
export const startText = (
  { data, port, candles, script, packaged }: StartOptions,
  endpoints: Omit<Endpoints, 'pid'>,
): readonly string[] => {
  const taken = (name: keyof typeof endpoints): number => Number(new URL(endpoints[name].url).port)
  const near = relative('.', data)
  const where = near === DEFAULT_DATA ? '' : ` --data ${near === '' || near.startsWith('..') ? data : near}`
  const isDemo = candles === undefined && script === undefined
  return [
    ...movedPorts(port, {
      status: taken('status'),
      aws: taken('aws'),
      sqs: taken('sqs'),
      supabase: taken('supabase'),
      schwab: taken('schwab'),
      reauth: taken('reauth'),
    }),
    ...Object.entries(endpoints).map(([name, { url }]) => `  ${(name === 'status' ? 'dashboard' : name).padEnd(11)}${url}`),
    ...(packaged ? ['The functions are the packaged bundles, as a deployment would upload them.'] : []),
    ...(isDemo
      ? [
          `Let the token die, and see what happens: press "Revoke the token" on the dashboard, or npm run kite -- sim revoke-refresh${where}`,
        ]
      : []),
    `State is kept in ${data}. Logs: ${resolve(data, 'functions.log')}. Mails: ${resolve(data, 'mails.log')}. Ctrl-C ends.`,
  ]
}
