/** One place of the source, which has to be there exactly once, and what stands there with the bug in it. */
export type Edit = { readonly file: string; readonly find: string; readonly put: string }
export type Bug = { readonly name: string; readonly edits: readonly Edit[] }

const bug = (name: string, ...edits: readonly (readonly [file: string, find: string, put: string])[]): Bug => ({
  name,
  edits: edits.map(([file, find, put]) => ({ file, find, put })),
})

const STORE = 'test/fakes/memory-store.ts'

/** Mistakes that this system is built against, each made on purpose. Rules that are SQL in production are edited in their model. */
export const BUGS: readonly Bug[] = [
  bug('indicators without a fence', [STORE, 'row(ticker).revision !== revision).map', 'row(ticker).revision < 0 && revision > 0).map']),
  bug('acknowledged before parked', [
    'shared/lambda/settle-message.ts',
    'await parking.park(parked)',
    'void parking.park(parked).catch(() => undefined)',
  ]),
  bug('redriver deletes before it sends', [
    'functions/redriver/redrive-round.ts',
    'const notSent = await send(windows, deps)',
    'await deps.parked.remove(messages.map(({ receiptHandle }) => receiptHandle))\n  const notSent = await send(windows, deps)',
  ]),
  bug(
    'watermark moved by an empty answer',
    [
      'functions/fetcher/read-answer.ts',
      "if (candles.length === 0 && (kind === 'live' || sessions.length === 0))",
      'if (candles.length === 0 && sessions.length === 0)',
    ],
    [
      'test/fakes/memory-session.ts',
      'if (last !== undefined) session.coveredUntil = Math.max(session.coveredUntil ?? 0, last.at + MINUTE)',
      'session.coveredUntil = Math.max(session.coveredUntil ?? 0, last === undefined ? Math.min(to, session.closesAt) : last.at + MINUTE)',
    ],
  ),
  bug('refresh without a lease', [
    'shared/token/refresh-lease.ts',
    "(await leases.takeLease('refresh', holder, now, now + LEASE)) ?",
    "(await leases.takeLease('refresh', holder, now, now + LEASE).then(() => true)) ?",
  ]),
  bug('promotion without the version check', [
    'test/fakes/memory-secret.ts',
    "if (current !== newVersionId && current !== oldVersionId) return 'moved'",
    "if (current === oldVersionId && current === undefined) return 'moved'",
  ]),
  bug('outbox marked before it is published', [
    'shared/token/publish-once.ts',
    'const event = await makeEvent()',
    'const event = await makeEvent()\n  await notices.markPublished(key, clock())',
  ]),
  bug('announced without a claim', [
    'shared/token/publish-once.ts',
    "if (claim !== 'claimed') return claim === 'published' ? 'already' : 'taken'",
    "if (claim === 'taken' && key === '') return 'taken'",
  ]),
  bug('a mistake in what the dashboard is told', [
    'functions/scheduler/run-tick.ts',
    'deps.queues.depths()',
    '(deps.queues as unknown as { depth: () => Promise<never> }).depth()',
  ]),
  bug('no overlap', ['shared/domain/plan-jobs.ts', 'watermark - limits.overlapMinutes * MINUTE', 'watermark']),
  bug('one read is enough for completeness', ['test/fakes/memory-session.ts', '!changed &&', '(!changed || returned.length > 0) &&']),
  bug('the last minutes instead of the window', [
    'functions/fetcher/ask-schwab.ts',
    'deps.marketData.priceHistory(job.ticker, job, accessToken,',
    'deps.marketData.priceHistory(job.ticker, { from: deps.clock() - 300_000, to: deps.clock() }, accessToken,',
  ]),
  bug('a session in UTC', ['shared/domain/new-york.ts', 'offset = askIntl(at)', 'offset = askIntl(at) > -1 ? 0 : -5 * HOUR']),
  bug('a source that stood still is believed', [
    'test/fakes/memory-session.ts',
    'const suspect = stored.length === 0 || hole > usual',
    'const suspect = stored.length === 0',
  ]),
  bug('an unreadable minute called no trade', [
    'functions/fetcher/read-answer.ts',
    'return unreadable.length === 0 ? batch',
    'return unreadable.length >= 0 ? batch',
  ]),
  bug('restored by an answer that was cut', ['test/fakes/memory-recovery.ts', 'provable || hole > 0 ||', 'provable ||']),
  bug('a split noticed the next morning only', [
    'test/fakes/memory-splits.ts',
    'before.close / opening.open) <= 1.04',
    'before.close / opening.open) <= 1000',
  ]),
  bug('a split taken for corrections', [
    'test/fakes/memory-splits.ts',
    'if (fitting.length < 0.9 * pairs.length) return',
    'if (fitting.length >= 0) return',
  ]),
  bug('half days forgotten', [
    'shared/domain/calendar.ts',
    "rules.short.has(date) ? '13:00' : '16:00'",
    "rules.short.has('') ? '13:00' : '16:00'",
  ]),
  bug('partial Failed[] ignored', [
    'shared/adapters/sqs.ts',
    "return Failed.map((failure) => ({ index: Number(failure.Id), reason: failure.Code ?? 'unknown' }))",
    'return Failed.flatMap(() => [])',
  ]),
  bug('a refused token in an error message', [
    'shared/adapters/schwab.ts',
    'throw failureOf(answer, now)',
    'throw new AccessRefused(`${answer.status} for ${accessToken}`, { cause: failureOf(answer, now) })',
  ]),
  bug('calls without a budget', [
    'functions/fetcher/take-calls.ts',
    'jobs: new Set([...live.slice(0, grant.live), ...full.slice(0, grant.backfill)]),',
    'jobs: new Set([...live, ...full]),',
  ]),
  bug('an outage of Schwab taken for a death', [
    'shared/token/try-candidate.ts',
    "if (error instanceof GrantRefused) return { refused: 'reauth_required' }",
    "if (error instanceof PipelineError) return { refused: 'reauth_required' }",
  ]),
  bug('a postponed job not put back', [
    'shared/lambda/settle-message.ts',
    'await deps.source.putBack(record.body, result.value.later, traceIdOf(record))',
    'traceIdOf(record)',
  ]),
  bug('failed messages acknowledged', [
    'shared/lambda/sqs-handler.ts',
    'const results = settled.map(({ result }) => result)',
    "const results = settled.map(({ result }) => (result.status === 'rejected' ? ({ status: 'fulfilled', value: 'done' } as const) : result))",
  ]),
  bug('indicators from the batch on', [
    'functions/writer/store-candles.ts',
    'computeIndicators(recompute.candles, recompute.from)',
    'computeIndicators(recompute.candles.filter(({ at }) => at >= recompute.from), recompute.from)',
  ]),
  bug('acknowledged with stale indicators', [
    'functions/writer/store-candles.ts',
    'if (stale.size === 0) return',
    'if (stale.size >= 0) return',
  ]),
  bug('restored as soon as nothing is missing', [
    'functions/scheduler/restore-feed.ts',
    'if (recovery.missing > 0 || recovery.unproven > 0) return false',
    'if (recovery.missing > 0) return false',
  ]),
  bug('restored before it was announced', [
    'functions/scheduler/restore-feed.ts',
    'if (announcedAt === undefined) return false',
    'if (announcedAt === 0) return false',
  ]),
  bug('a poisoned message dropped', [
    'shared/lambda/settle-message.ts',
    'await source.deadLetter({ body: record.body, reason, traceId })',
    'traceIdOf(record)',
  ]),
  bug('tries counted instead of timed', ['shared/lambda/tries.ts', 'now - firstTry > LONGEST_TRY', 'now - firstTry > 60_000']),
  bug('a refresh at the deadline', ['shared/token/try-candidate.ts', 'requireTimeToExchange(deps)', 'deps.timeLeft()']),
  bug('a call that takes too long made again as it was', [
    'functions/writer/store-in-parts.ts',
    'if (!(error instanceof StoreTimedOut) || tooLong === 1) throw error',
    'if (error !== undefined || !(error instanceof StoreTimedOut)) throw error',
  ]),
  bug('neighbours that wait for the slowest', [
    'functions/fetcher/publish-answers.ts',
    'void pause(GATHER).then(flush)',
    'void pause(GATHER)',
  ]),
  bug('a budget of the minutes of the clock', [
    STORE,
    'Math.abs(now - at) < WINDOW',
    'Math.floor(now / 60_000) === Math.floor(at / 60_000) || now - at > WINDOW * 1e6',
  ]),
  bug('an unsaved token forgotten', [
    'shared/token/save-token.ts',
    'const { secret, pause, unsaved } = deps',
    'const { secret, pause } = deps\n  const unsaved: TokenDeps["unsaved"] = { token: undefined }',
  ]),
  bug('stamps of the future taken for evidence', ['shared/token/mend-token.ts', 'age > -CLOCKS_DIFFER && age', 'age']),
  bug('a login asked for that is done', [
    'functions/token-keeper/tell-outages.ts',
    'if (reauthorizedAt !== undefined) await deps.notices',
    'if (reauthorizedAt === 0) await deps.notices',
  ]),
  bug('a leftover login never tried', [
    'shared/token/candidates.ts',
    "...(first && fits && !outlived ? candidate('pending', pending) : [])",
    "...(first && fits && outlived ? candidate('pending', pending) : [])",
  ]),
  bug('unknown after one answer', [
    'shared/domain/judge-tickers.ts',
    'count >= LEAST_COUNT && lastAt - firstAt >=',
    'count + LEAST_COUNT > lastAt - firstAt || -1 >',
  ]),
  bug('a refused ticker renews the token each time', [
    'shared/token/tokens.ts',
    "throw new DataRefused('Schwab answered 401 to this request, and not to another with the same token')",
    'return',
  ]),
  bug('a ticker that went silent never told', [
    'shared/domain/judge-silence.ts',
    'const isProven = lasts > limit &&',
    'const isProven = lasts > MOST_SILENCE &&',
  ]),
  bug(
    'every pause taken for silence',
    ['shared/domain/judge-silence.ts', 'const LEAST_SILENCE = HOUR', 'const LEAST_SILENCE = 6 * MINUTE'],
    ['shared/domain/verdicts.ts', 'const LEAST_THIN_PAUSE = 30 * MINUTE', 'const LEAST_THIN_PAUSE = MINUTE'],
    ['shared/domain/verdicts.ts', 'const UNUSUAL = 12', 'const UNUSUAL = 1'],
  ),
  bug('a thin list called stale', [
    'functions/scheduler/freshness.ts',
    'const usual = Math.max(0, usualFeedPause(state.rhythms, open.opensAt) - STALE_AFTER)',
    'const usual = Math.max(0, 0 * usualFeedPause(state.rhythms, open.opensAt))',
  ]),
  bug('a session closed after one refusal', ['shared/domain/judge-sessions.ts', 'const DATES = 3', 'const DATES = 1']),
]
