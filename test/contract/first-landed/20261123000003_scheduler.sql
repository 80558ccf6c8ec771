-- What the scheduler and the fetcher ask: what is missing, and how many calls this minute still grants.

-- Claims the minute p_tick and reports what is not complete.
--   p_tickers   ["QQQ", …]
--   p_sessions  ["2026-01-02", …]
-- {claimed: false} when another invocation has the minute, else also
--   incomplete    [[ticker, date, covered_until, candles, last_audit_at, claimed_until], …], times in epoch seconds
--   untouched     {ticker: [date, …]}: sessions nothing is known of yet
--   dirty         tickers whose indicators wait since before p_dirty_before
--   quarantined   tickers that are to be left alone
--   newest        the newest covered_until of the sessions asked for
create function public.begin_tick(p_tick timestamptz, p_tickers jsonb, p_sessions jsonb, p_dirty_before timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_tickers text[] := array(select jsonb_array_elements_text(p_tickers));
  v_sessions date[] := array(select jsonb_array_elements_text(p_sessions)::date);
begin
  insert into public.scheduler_ticks (minute, claimed_at) values (date_trunc('minute', p_tick), p_tick) on conflict do nothing;
  if not found then
    return json_build_object('claimed', false);
  end if;
  delete from public.scheduler_ticks where minute < p_tick - interval '1 day';
  return (
    with known as materialized (
      select c.* from public.session_coverage c where c.ticker = any (v_tickers) and c.session_date = any (v_sessions)
    ),
    touched as (
      select k.ticker, array_agg(k.session_date) as dates from known k group by k.ticker
    ),
    untouched as (
      select t.ticker, to_json(array(
        select s from unnest(v_sessions) s where touched.dates is null or s <> all (touched.dates)
      )) as dates
      from unnest(v_tickers) as t (ticker) left join touched using (ticker)
      where coalesce(cardinality(touched.dates), 0) < cardinality(v_sessions)
    )
    select json_build_object(
      'claimed', true,
      'incomplete', coalesce((
        select json_agg(json_build_array(
          k.ticker, k.session_date, date_part('epoch', k.covered_until), k.candles,
          date_part('epoch', k.last_audit_at), date_part('epoch', k.claimed_until)
        )) from known k where k.completed_at is null
      ), '[]'),
      'untouched', coalesce((select json_object_agg(u.ticker, u.dates) from untouched u), '{}'),
      'dirty', coalesce((
        select json_agg(r.ticker order by r.ticker) from public.ticker_revision r
        where r.ticker = any (v_tickers) and r.dirty_from is not null and r.dirty_at < p_dirty_before
      ), '[]'),
      'quarantined', coalesce((
        select json_agg(r.ticker order by r.ticker) from public.ticker_revision r
        where r.ticker = any (v_tickers) and r.quarantined_until > p_tick
      ), '[]'),
      'newest', (select date_part('epoch', max(k.covered_until)) from known k)
    )
  );
end
$$;

-- Makes the missing revision rows of these tickers and locks all of them, in ticker order.
create function public.lock_tickers(p_tickers text[])
returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into public.ticker_revision (ticker)
  select distinct t from unnest(p_tickers) t order by t
  on conflict do nothing;
  perform 1 from public.ticker_revision r where r.ticker = any (p_tickers) order by r.ticker for update;
end
$$;

-- Nobody plans these sessions again before p_until. p_claims: [{ticker, date, opens_at, closes_at}, …]
create function public.claim_sessions(p_claims jsonb, p_until timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  perform public.lock_tickers(array(select c ->> 'ticker' from jsonb_array_elements(p_claims) c));
  insert into public.session_coverage as c (ticker, session_date, opens_at, closes_at, claimed_until)
  select distinct on (x.ticker, x.date) x.ticker, x.date, x.opens_at, x.closes_at, p_until
  from jsonb_to_recordset(p_claims) as x (ticker text, date date, opens_at timestamptz, closes_at timestamptz)
  on conflict (ticker, session_date) do update set claimed_until = excluded.claimed_until;
  return json_build_object('claimed', jsonb_array_length(p_claims));
end
$$;

-- Takes up to p_live and p_backfill calls from the counter of the minute that p_now lies in; live ones first.
create function public.begin_fetch(p_now timestamptz, p_live integer, p_backfill integer, p_per_minute integer, p_backfill_per_minute integer)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_minute timestamptz := date_trunc('minute', p_now);
  v_row public.request_budget;
  v_live integer;
  v_backfill integer;
begin
  insert into public.request_budget (minute) values (v_minute) on conflict do nothing;
  if found then
    delete from public.request_budget where minute < p_now - interval '1 day';
  end if;
  select * into strict v_row from public.request_budget where minute = v_minute for update;
  v_live := greatest(0, least(p_live, p_per_minute - v_row.used));
  v_backfill := greatest(0, least(p_backfill, p_backfill_per_minute - v_row.backfill_used, p_per_minute - v_row.used - v_live));
  update public.request_budget
  set used = used + v_live + v_backfill, backfill_used = backfill_used + v_backfill
  where minute = v_minute and v_live + v_backfill > 0;
  return json_build_object('live', v_live, 'backfill', v_backfill);
end
$$;

-- Leaves a ticker alone until p_until.
create function public.quarantine_ticker(p_ticker text, p_until timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into public.ticker_revision (ticker, quarantined_until) values (p_ticker, p_until)
  on conflict (ticker) do update set quarantined_until = excluded.quarantined_until;
  return json_build_object('ticker', p_ticker);
end
$$;

revoke execute on function public.begin_tick(timestamptz, jsonb, jsonb, timestamptz) from public, anon, authenticated;
revoke execute on function public.lock_tickers(text[]) from public, anon, authenticated;
revoke execute on function public.claim_sessions(jsonb, timestamptz) from public, anon, authenticated;
revoke execute on function public.begin_fetch(timestamptz, integer, integer, integer, integer) from public, anon, authenticated;
revoke execute on function public.quarantine_ticker(text, timestamptz) from public, anon, authenticated;

grant execute on function public.begin_tick(timestamptz, jsonb, jsonb, timestamptz) to service_role;
grant execute on function public.lock_tickers(text[]) to service_role;
grant execute on function public.claim_sessions(jsonb, timestamptz) to service_role;
grant execute on function public.begin_fetch(timestamptz, integer, integer, integer, integer) to service_role;
grant execute on function public.quarantine_ticker(text, timestamptz) to service_role;
