import { startEmbedded, storeAt } from './store-embedded.ts'
import { bars, liveRead, weekdays } from './store-setup.ts'

// Writes one session after the other and says each one that was acknowledged, until it is killed.
const supabase = await startEmbedded(process.argv[2])
const store = storeAt(supabase.url)
for (const [index, session] of weekdays(400).entries()) {
  await store.ingest([liveRead('QQQ', session, bars(session))], 0)
  process.stdout.write(`${index}\n`)
}
