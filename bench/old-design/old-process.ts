/** The old design in a process of its own: works a minute for each message of its parent. Its argument is a job. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { schwab } from '../../shared/adapters/schwab.ts'
import { secretReader } from '../../shared/adapters/secret-reader.ts'
import { supabaseRpc } from '../../shared/adapters/supabase-rpc.ts'
import { Minute, OldDesignJob, type MinuteDone } from './messages.ts'
import { readMinute } from './read-minute.ts'
import { writeRows } from './write-rows.ts'

const { tickers, session, addresses, tokenSecret, supabaseKey } = OldDesignJob.parse(JSON.parse(process.argv[2] ?? ''))
const client = new SecretsManagerClient({
  endpoint: addresses.aws,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})
const deps = {
  tickers,
  secret: secretReader({ client, secretId: tokenSecret }),
  marketData: schwab({ baseUrl: addresses.schwab, fetch, timeoutMs: 10_000 }),
  write: writeRows(supabaseRpc({ url: addresses.supabase, secretKey: supabaseKey, timeoutMs: 60_000 })),
}

process.on('message', (message) => {
  void work(Minute.parse(message).tick)
})

const work = async (tick: number): Promise<void> => {
  const startedAt = performance.now()
  const before = process.cpuUsage()
  const rows = await readMinute(tick, session, deps)
  const { user, system } = process.cpuUsage(before)
  const ms = performance.now() - startedAt
  const done: MinuteDone = { ms, rows, cpuSeconds: (user + system) / 1e6, peakBytes: process.resourceUsage().maxRSS * 1024 }
  process.send?.(done)
}
