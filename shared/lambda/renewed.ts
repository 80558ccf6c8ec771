import { isDeepStrictEqual } from 'node:util'
import { PipelineError } from '../domain/errors.ts'
import type { Clock } from '../ports.ts'

export type RenewedOptions<Source, Value> = {
  readonly read: () => Promise<Source>
  /** Makes the value. `reread` reads the source at once, for who has reason to think that it has changed. */
  readonly build: (source: Source, reread: () => Promise<Source>) => Value
  readonly everyMs: number
  readonly clock: Clock
  readonly onChange: () => void
  /** It could not be read again, and what is known of it goes on being used. */
  readonly onFailure: (error: PipelineError) => void
}

/** After a reading that failed: one that hangs would else hold up every invocation until its time-out. */
const PAUSE_MS = 30_000

/**
 * Like `once`, for a value that is built from something which may change: whoever asks for it `everyMs` after the last reading has that
 * read again. The value is built anew only when it has changed, so what it remembers is kept while nothing happens. Only the first
 * reading has to succeed; a later one that fails is repeated half a minute later.
 */
export const renewed = <Source, Value>({
  read,
  build,
  everyMs,
  clock,
  onChange,
  onFailure,
}: RenewedOptions<Source, Value>): (() => Promise<Value>) => {
  let known: { readonly source: Source; readonly readAt: number } | undefined
  let built: { readonly source: Source; readonly value: Value } | undefined
  let reading: Promise<Source> | undefined

  const readNow = async (): Promise<Source> => {
    const before = known
    try {
      const source = await read()
      const isSame = before !== undefined && isDeepStrictEqual(before.source, source)
      if (before !== undefined && !isSame) onChange()
      known = { source: isSame ? before.source : source, readAt: clock() }
      return known.source
    } catch (error) {
      if (before === undefined || !(error instanceof PipelineError)) throw error
      onFailure(error)
      known = { source: before.source, readAt: clock() - everyMs + PAUSE_MS }
      return before.source
    }
  }
  /** Those who ask meanwhile get what is being read. */
  const reread = (): Promise<Source> => {
    reading ??= readNow().finally(() => (reading = undefined))
    return reading
  }

  return async () => {
    const source = known !== undefined && clock() - known.readAt < everyMs ? known.source : await reread()
    if (built?.source !== source) built = { source, value: build(source, reread) }
    return built.value
  }
}
