-- Two calls for a batch of messages: ingest_candles stores what was read and hands out the candles that the indicators
-- need; put_indicators stores the indicators if nobody has changed the candles since. Both take the ticker's lock.
--
-- The lock and the reads after it are separate statements of a volatile function on purpose: under read committed each
-- sees what was committed before it began, so a writer that has waited works on the other's result and never on an old
-- snapshot.

-- Stores one answer per ticker, the p_round-th of the batch by the time it was read, and moves coverage.
-- Answers of one ticker are thus stored one after the other, as if each had come alone.
create function public.ingest_round(p_batch jsonb, p_round integer, p_as_of timestamptz)
returns table (ticker text, written bigint)
language plpgsql volatile
set search_path = ''
-- The one plan that is right for a handful of new bars and for ten sessions goes through the primary key.
set enable_seqscan = off
set enable_hashjoin = off
as $$
#variable_conflict use_column
declare
  -- What changed, per ticker and session.
  w_ticker text[];
  w_date date[];
  w_first timestamptz[];
  w_last timestamptz[];
  w_count bigint[];
begin
  with bar as (
    select i.ticker, to_timestamp(b.t / 1000.0) as at, b.o, b.h, b.l, b.c, b.v, i.fetched_at
    from jsonb_to_recordset(p_batch) as i (
      ticker text, round integer, fetched_at timestamptz, t float8[], o float8[], h float8[], l float8[], c float8[], v float8[]
    )
    cross join lateral unnest(i.t, i.o, i.h, i.l, i.c, i.v) as b (t, o, h, l, c, v)
    where i.round = p_round
  ),
  changed as (
    insert into public.equity_data as e (ticker, "timestamp", open, high, low, close, volume, updated_at)
    select bar.ticker, bar.at, bar.o, bar.h, bar.l, bar.c, bar.v, bar.fetched_at from bar
    on conflict (ticker, "timestamp") do update
    set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
        volume = excluded.volume, source = excluded.source, updated_at = excluded.updated_at
    where e.updated_at <= excluded.updated_at
      and (e.open, e.high, e.low, e.close, e.volume)
        is distinct from (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume)
    returning e.ticker, e."timestamp"
  ),
  per_session as (
    select c.ticker, (c."timestamp" at time zone 'America/New_York')::date as date,
      min(c."timestamp") as first, max(c."timestamp") as last, count(*) as count
    from changed c group by 1, 2
  )
  select array_agg(s.ticker), array_agg(s.date), array_agg(s.first), array_agg(s.last), array_agg(s.count)
  into w_ticker, w_date, w_first, w_last, w_count
  from per_session s;

  if w_ticker is not null then
    update public.ticker_revision r
    set revision = r.revision + 1,
        dirty_from = least(r.dirty_from, w.first),
        dirty_to = greatest(r.dirty_to, w.last),
        dirty_at = coalesce(r.dirty_at, p_as_of)
    from (
      select x.ticker, min(x.first) as first, max(x.last) as last
      from unnest(w_ticker, w_first, w_last) as x (ticker, first, last) group by x.ticker
    ) w
    where r.ticker = w.ticker;
  end if;

  insert into public.session_coverage as c (ticker, session_date, opens_at, closes_at)
  select i.ticker, s.date, s.opens_at, s.closes_at
  from jsonb_to_recordset(p_batch) as i (ticker text, round integer, sessions jsonb)
  cross join lateral jsonb_to_recordset(i.sessions) as s (date date, opens_at timestamptz, closes_at timestamptz)
  where i.round = p_round
  on conflict do nothing;

  with answer as (
    select i.ticker, s.date, s.returned, s.covered_until, i.fetched_at,
      i."from" <= s.opens_at and i."to" >= s.closes_at and i.fetched_at >= s.closes_at + interval '30 minutes' as full_read
    from jsonb_to_recordset(p_batch) as i (
      ticker text, round integer, "from" timestamptz, "to" timestamptz, fetched_at timestamptz, sessions jsonb
    )
    cross join lateral jsonb_to_recordset(i.sessions) as s (
      date date, opens_at timestamptz, closes_at timestamptz, returned integer, covered_until timestamptz
    )
    where i.round = p_round
  ),
  -- A session may change by bars of an answer that does not vouch for it.
  touched as (
    select ticker, date, a.returned, a.covered_until, a.fetched_at, coalesce(a.full_read, false) as full_read, w.count is not null as changed
    from answer a
    full join unnest(w_ticker, w_date, w_count) as w (ticker, date, count) using (ticker, date)
  ),
  counted as (
    select t.*, stored.candles, stored.newest_read
    from touched t
    cross join lateral (
      select count(*)::integer as candles, max(e.updated_at) as newest_read
      from public.equity_data e
      where e.ticker = t.ticker
        and e."timestamp" >= t.date::timestamp at time zone 'America/New_York'
        and e."timestamp" < (t.date + 1)::timestamp at time zone 'America/New_York'
    ) stored
  ),
  judged as (
    select
      n.*,
      -- A message that comes twice is one read.
      n.full_read and (c.last_audit_at is null or n.fetched_at > c.last_audit_at) as audit,
      case
        when n.returned > 0 then n.returned = n.candles and not n.changed and n.newest_read <= n.fetched_at
        -- Half a day between the first and the last: an outage that answers "empty" over midnight is no day without trade.
        else n.candles = 0 and c.audits >= 2 and n.fetched_at >= c.first_audit_at + interval '12 hours'
          and (c.first_audit_at at time zone 'America/New_York')::date <> (n.fetched_at at time zone 'America/New_York')::date
      end as agrees
    from counted n
    join public.session_coverage c on c.ticker = n.ticker and c.session_date = n.date
  )
  update public.session_coverage c
  set candles = j.candles,
      covered_until = case when j.audit and j.agrees then greatest(c.covered_until, c.closes_at)
        else greatest(c.covered_until, j.covered_until) end,
      audits = c.audits + j.audit::integer,
      first_audit_at = case when j.audit then coalesce(c.first_audit_at, j.fetched_at) else c.first_audit_at end,
      last_audit_at = case when j.audit then j.fetched_at else c.last_audit_at end,
      completed_at = case when j.audit and j.agrees then j.fetched_at when j.changed then null else c.completed_at end
  from judged j
  where c.ticker = j.ticker and c.session_date = j.date;

  return query
  select x.ticker, sum(x.count)::bigint from unnest(w_ticker, w_count) as x (ticker, count) group by x.ticker;
end
$$;

-- The candles from which the indicators of the bars p_from … p_to and of all that depend on them can be computed, as
-- columns (t in epoch seconds): whole sessions, from the one that leaves 300 bars before the first changed session, to
-- the last that has less than 300 bars between the last changed session and itself.
create function public.recompute_span(p_ticker text, p_from timestamptz, p_to timestamptz)
returns json
language plpgsql stable
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_open timestamptz := date_trunc('day', p_from, 'America/New_York');
  v_end timestamptz := ((p_to at time zone 'America/New_York')::date + 1)::timestamp at time zone 'America/New_York';
  v_start timestamptz;
  v_stop timestamptz;
begin
  select date_trunc('day', e."timestamp", 'America/New_York') into v_start from public.equity_data e
  where e.ticker = p_ticker and e."timestamp" < v_open order by e."timestamp" desc offset 299 limit 1;
  select ((e."timestamp" at time zone 'America/New_York')::date + 1)::timestamp at time zone 'America/New_York' into v_stop
  from public.equity_data e
  where e.ticker = p_ticker and e."timestamp" >= v_end order by e."timestamp" offset 299 limit 1;
  return (
    select json_build_object(
      'from', date_part('epoch', p_from),
      't', array_agg(date_part('epoch', s."timestamp")), 'o', array_agg(s.open), 'h', array_agg(s.high), 'l', array_agg(s.low),
      'c', array_agg(s.close), 'v', array_agg(s.volume)
    )
    from (
      select e.* from public.equity_data e
      where e.ticker = p_ticker
        and e."timestamp" >= coalesce(v_start, '-infinity') and e."timestamp" < coalesce(v_stop, 'infinity')
      order by e."timestamp"
    ) s
  );
end
$$;

-- Stores a batch of answers, all or nothing.
--   p_batch  [{ticker, round, from, to, fetched_at, sessions: [{date, opens_at, closes_at, returned, covered_until}], t, o, h, l, c, v}, …]
--     t … v          the bars as columns, t in epoch milliseconds, each minute once
--     round          1 for a ticker's earliest answer in the batch, 2 for its second, …
--     returned       how many of the bars lie in the session; covered_until: the end of the last of them
-- Returns [{ticker, revision, written, recompute}, …]; recompute is null when the indicators are up to date. It is given
-- whenever they are not, also if this batch changed nothing: a writer that died before its put is healed by the next.
create function public.ingest_candles(p_batch jsonb, p_as_of timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_tickers text[] := array(select i ->> 'ticker' from jsonb_array_elements(p_batch) i);
  v_rounds integer := (select coalesce(max((i ->> 'round')::integer), 0) from jsonb_array_elements(p_batch) i);
  v_written jsonb := '{}';
begin
  perform public.lock_tickers(v_tickers);
  for v_round in 1 .. v_rounds loop
    v_written := v_written || coalesce((
      select jsonb_object_agg(w.ticker, w.written + coalesce((v_written ->> w.ticker)::bigint, 0))
      from public.ingest_round(p_batch, v_round, p_as_of) w
    ), '{}');
  end loop;
  return coalesce((
    select json_agg(json_build_object(
      'ticker', r.ticker,
      'revision', r.revision,
      'written', coalesce((v_written ->> r.ticker)::bigint, 0),
      'recompute', case when r.dirty_from is not null then public.recompute_span(r.ticker, r.dirty_from, r.dirty_to) end
    ) order by r.ticker)
    from public.ticker_revision r where r.ticker = any (v_tickers)
  ), '[]');
end
$$;

-- Stores indicators that were computed from the candles of `revision`, where that is still the revision.
--   p_puts  [{ticker, revision, t, sma9, vwap, …, cross}, …], the rows as columns, t in epoch milliseconds
-- Returns the tickers whose candles have changed since: nothing of theirs was written, and they stay dirty.
create function public.put_indicators(p_puts jsonb)
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

  update public.ticker_revision
  set dirty_from = null, dirty_to = null, dirty_at = null
  where ticker = any (v_current) and dirty_from is not null;
  return v_stale;
end
$$;

revoke execute on function public.ingest_round(jsonb, integer, timestamptz) from public, anon, authenticated;
revoke execute on function public.recompute_span(text, timestamptz, timestamptz) from public, anon, authenticated;
revoke execute on function public.ingest_candles(jsonb, timestamptz) from public, anon, authenticated;
revoke execute on function public.put_indicators(jsonb) from public, anon, authenticated;

grant execute on function public.ingest_round(jsonb, integer, timestamptz) to service_role;
grant execute on function public.recompute_span(text, timestamptz, timestamptz) to service_role;
grant execute on function public.ingest_candles(jsonb, timestamptz) to service_role;
grant execute on function public.put_indicators(jsonb) to service_role;
