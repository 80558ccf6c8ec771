import * as z from 'zod'
import type { Rpc } from '../../shared/adapters/supabase-rpc.ts'
import type { OldDesignDeps } from './read-minute.ts'

/**
 * Every row, whether it has changed or not, in one call for a ticker's candles and indicators. It is kinder to the old design than the
 * upserts over REST that it would have made: those are several times as slow on the embedded Supabase.
 */
export const writeRows =
  (rpc: Rpc): OldDesignDeps['write'] =>
  async (ticker, candles, indicators) => {
    const p_candles = candles.map(({ at, ...rest }) => ({ ...rest, at: at / 1000 }))
    const p_indicators = indicators.map(({ at, ...rest }) => ({ ...rest, at: at / 1000 }))
    await rpc('old_design_write', { p_ticker: ticker, p_candles, p_indicators }, z.number())
  }

/** To be made in a database before the old design writes to it. */
export const OLD_DESIGN_FUNCTION = `
create function public.old_design_write(p_ticker text, p_candles jsonb, p_indicators jsonb) returns json language plpgsql as $$
begin
  insert into public.equity_data (ticker, "timestamp", open, high, low, close, volume, updated_at)
  select p_ticker, to_timestamp(x.at), x.open, x.high, x.low, x.close, x.volume, to_timestamp(x.at)
  from jsonb_to_recordset(p_candles) as x (at float8, open float8, high float8, low float8, close float8, volume float8)
  on conflict (ticker, "timestamp") do update
  set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume;
  insert into public.indicators (ticker, "timestamp", sma9, vwap, ema12, ema26, macd, macd_signal, macd_histogram, rsi14, bb_upper,
    bb_middle, bb_lower, atr14, "cross", revision)
  select p_ticker, to_timestamp(x.at), x.sma9, x.vwap, x.ema12, x.ema26, x.macd, x."macdSignal", x."macdHistogram", x.rsi14, x."bbUpper",
    x."bbMiddle", x."bbLower", x.atr14, x."cross", 1
  from jsonb_to_recordset(p_indicators) as x (
    at float8, sma9 float8, vwap float8, ema12 float8, ema26 float8, macd float8, "macdSignal" float8, "macdHistogram" float8, rsi14 float8,
    "bbUpper" float8, "bbMiddle" float8, "bbLower" float8, atr14 float8, "cross" smallint
  )
  on conflict (ticker, "timestamp") do update
  set sma9 = excluded.sma9, vwap = excluded.vwap, ema12 = excluded.ema12, ema26 = excluded.ema26, macd = excluded.macd,
      macd_signal = excluded.macd_signal, macd_histogram = excluded.macd_histogram, rsi14 = excluded.rsi14,
      bb_upper = excluded.bb_upper, bb_middle = excluded.bb_middle, bb_lower = excluded.bb_lower, atr14 = excluded.atr14,
      "cross" = excluded."cross";
  return to_json(0);
end $$;
grant execute on function public.old_design_write(text, jsonb, jsonb) to service_role;
`
