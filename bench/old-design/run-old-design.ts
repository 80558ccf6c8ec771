import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { BarSource } from '../../local/schwab/bar-source.ts'
import { guarded } from '../../local/process/guarded.ts'
import type { Session } from '../../shared/domain/session.ts'
import { MINUTE } from '../../shared/domain/time.ts'
import { BENCH_KEYS } from '../stack/database.ts'
import { startOldBackends, TOKEN_SECRET } from './backends.ts'
import { MinuteDone, type OldDesignJob } from './messages.ts'

export type OldDesignRun = {
  /** Has a database with the old design's function in `supabase`. */
  readonly dir: string
  readonly tickers: readonly string[]
  readonly bars: BarSource
  readonly session: Session
  /** The first minute that it works, epoch milliseconds. It is left out of the result. */
  readonly from: number
  readonly minutes: number
}

export type OldDesignMinute = MinuteDone & { readonly requests: number; readonly bytes: number }

/** Has the old design work some minutes, one after the other. @throws when its process ends by itself */
export const runOldDesign = async ({ dir, tickers, bars, session, from, minutes }: OldDesignRun): Promise<readonly OldDesignMinute[]> => {
  await using stack = new AsyncDisposableStack()
  const { addresses, counted, setClock } = await startOldBackends(dir, bars, from, stack)
  const job: OldDesignJob = {
    tickers: [...tickers],
    session: { ...session },
    addresses,
    tokenSecret: TOKEN_SECRET,
    supabaseKey: BENCH_KEYS.secret,
  }
  const child = guarded(
    fork(join(import.meta.dirname, 'old-process.ts'), [JSON.stringify(job)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    }),
  )
  stack.defer(async () => {
    if (child.exitCode !== null) return
    child.kill()
    await once(child, 'exit')
  })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the old design ended with ${code}`)
  })
  ended.catch(() => {})
  const done: OldDesignMinute[] = []
  for (let minute = 0; minute <= minutes; minute++) {
    const tick = from + minute * MINUTE
    const before = { ...counted }
    setClock(tick)
    const answer = once(child, 'message')
    child.send({ tick })
    const [message] = await Promise.race([answer, ended])
    if (minute > 0)
      done.push({ ...MinuteDone.parse(message), requests: counted.requests - before.requests, bytes: counted.bytes - before.bytes })
  }
  return done
}
