-- Indicators may be put in several calls: what one of them leaves over is still to be computed.

-- Stores indicators that were computed from the candles of `revision`, where that is still the revision.
--   p_puts  [{ticker, revision, rest, t, sma9, vwap, …, cross}, …], the rows as columns, t in epoch milliseconds
--     rest  the first bar whose rows come with another call, in epoch milliseconds, or null: the ticker stays dirty from there
-- Returns the tickers whose candles have changed since: nothing of theirs was written, and they stay dirty.
create or replace function public.put_indicators(p_puts jsonb)
returns json
language plpgsql volatile
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
as $$
declare
  v_current text[];
  v_stale json;
begin
  perform public.lock_tickers(array(select p ->> 'ticker' from jsonb_array_elements(p_puts) p));
  select
    array_agg(distinct p.ticker) filter (where r.revision = p.revision),
    coalesce(json_agg(distinct p.ticker) filter (where r.revision <> p.revision), '[]')
  into v_current, v_stale
  from jsonb_to_recordset(p_puts) as p (ticker text, revision bigint)
  join public.ticker_revision r on r.ticker = p.ticker;

  insert into public.indicators as s (
    ticker, "timestamp", sma9, vwap, ema12, ema26, macd, macd_signal, macd_histogram, rsi14, bb_upper, bb_middle, bb_lower, atr14,
    "cross", revision
  )
  select p.ticker, to_timestamp(b.t / 1000.0), b.sma9, b.vwap, b.ema12, b.ema26, b.macd, b.macd_signal, b.macd_histogram, b.rsi14,
    b.bb_upper, b.bb_middle, b.bb_lower, b.atr14, b."cross", p.revision
  from jsonb_to_recordset(p_puts) as p (
    ticker text, revision bigint, t float8[], sma9 float8[], vwap float8[], ema12 float8[], ema26 float8[], macd float8[],
    macd_signal float8[], macd_histogram float8[], rsi14 float8[], bb_upper float8[], bb_middle float8[], bb_lower float8[],
    atr14 float8[], "cross" smallint[]
  )
  cross join lateral unnest(
    p.t, p.sma9, p.vwap, p.ema12, p.ema26, p.macd, p.macd_signal, p.macd_histogram, p.rsi14, p.bb_upper, p.bb_middle, p.bb_lower,
    p.atr14, p."cross"
  ) as b (t, sma9, vwap, ema12, ema26, macd, macd_signal, macd_histogram, rsi14, bb_upper, bb_middle, bb_lower, atr14, "cross")
  where p.ticker = any (v_current)
  on conflict (ticker, "timestamp") do update
  set sma9 = excluded.sma9, vwap = excluded.vwap, ema12 = excluded.ema12, ema26 = excluded.ema26, macd = excluded.macd,
      macd_signal = excluded.macd_signal, macd_histogram = excluded.macd_histogram, rsi14 = excluded.rsi14,
      bb_upper = excluded.bb_upper, bb_middle = excluded.bb_middle, bb_lower = excluded.bb_lower, atr14 = excluded.atr14,
      "cross" = excluded."cross", revision = excluded.revision
  where (s.sma9, s.vwap, s.ema12, s.ema26, s.macd, s.macd_signal, s.macd_histogram, s.rsi14, s.bb_upper, s.bb_middle, s.bb_lower,
      s.atr14, s."cross")
    is distinct from (excluded.sma9, excluded.vwap, excluded.ema12, excluded.ema26, excluded.macd, excluded.macd_signal,
      excluded.macd_histogram, excluded.rsi14, excluded.bb_upper, excluded.bb_middle, excluded.bb_lower, excluded.atr14, excluded."cross");

  update public.ticker_revision r
  set dirty_from = to_timestamp(p.rest / 1000.0),
      dirty_to = case when p.rest is not null then r.dirty_to end,
      dirty_at = case when p.rest is not null then r.dirty_at end
  from jsonb_to_recordset(p_puts) as p (ticker text, rest float8)
  where r.ticker = p.ticker and r.ticker = any (v_current) and r.dirty_from is not null;
  return v_stale;
end
$$;
