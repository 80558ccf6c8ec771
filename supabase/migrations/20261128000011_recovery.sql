-- What an outage cost and what of it is made good. p_sessions: [{date, opens_at, closes_at}, …]; p_horizon: older sessions are
-- asked for only because of the outage.
--   missing      minutes that have not been read since, over all tickers
--   unproven     sessions that could be proven complete by now and are not
--   backfilled   candles of its time
--   unfetchable  sessions of which the broker had nothing more to give, over all tickers: proven empty before the ticker's first
--                candle since the outage began, or beyond the horizon and not proven by reads of more than a day
-- In a session that cannot be proven yet, a bar that ended after the repair shows that the gap was read: the window that
-- brought it began at the watermark. One minute less, because the bar of the repair's own minute may be without trade. A hole
-- that is longer than the ticker's habit shows that it was not read in full: the answer was cut.
drop function public.outage_recovery(text, jsonb, jsonb, timestamptz);
create function public.outage_recovery(
  p_outage text, p_tickers jsonb, p_sessions jsonb, p_now timestamptz, p_horizon timestamptz default '-infinity'
)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_tickers text[] := array(
    select t from jsonb_array_elements_text(p_tickers) t
    where not exists (select from public.ticker_revision r where r.ticker = t and r.quarantined_until > p_now)
  );
  v_outage public.outages;
  v_repaired timestamptz;
  v_missing integer;
  v_unproven integer;
  v_given_up integer;
  v_empty integer;
begin
  select o.* into strict v_outage from public.outages o where o.id = p_outage;
  v_repaired := coalesce(v_outage.reauthorized_at, p_now);
  with open as (
    select
      date_trunc('minute', least(p_now, s.closes_at)) as elapsed,
      coalesce(c.covered_until, s.opens_at) as read_until,
      p_now >= s.closes_at + interval '30 minutes' as provable,
      coalesce(c.covered_until >= v_repaired - interval '1 minute', false) as caught_up,
      case when p_now < s.closes_at + interval '30 minutes' then (
        select max(g.gap) from (
          select e."timestamp" as at, date_part('epoch',
            e."timestamp" - lag(e."timestamp", 1, s.opens_at - interval '1 minute') over (order by e."timestamp")) / 60 - 1 as gap
          from public.equity_data e
          where e.ticker = t.ticker and e."timestamp" >= s.opens_at and e."timestamp" < s.closes_at
        ) g
        where g.at > v_outage.started_at and g.gap > public.usual_hole(t.ticker, s.date)
      ) end as hole,
      s.closes_at <= p_horizon and (
        coalesce(c.last_audit_at > v_repaired, false) and p_now >= v_repaired + interval '1 day' or p_now >= v_repaired + interval '3 days'
      ) as given_up
    from unnest(v_tickers) as t (ticker)
    cross join jsonb_to_recordset(p_sessions) as s (date date, opens_at timestamptz, closes_at timestamptz)
    left join public.session_coverage c on c.ticker = t.ticker and c.session_date = s.date
    where c.completed_at is null
  )
  select
    coalesce(sum(greatest(0, coalesce(o.hole, 0), date_part('epoch', o.elapsed - o.read_until) / 60))
      filter (where not o.given_up and (o.provable or not o.caught_up or o.hole is not null)), 0),
    count(*) filter (where o.provable and not o.given_up),
    count(*) filter (where o.given_up)
  into v_missing, v_unproven, v_given_up
  from open o;
  select count(*) into v_empty
  from unnest(v_tickers) as t (ticker)
  cross join jsonb_to_recordset(p_sessions) as s (date date)
  join public.session_coverage c on c.ticker = t.ticker and c.session_date = s.date
  where c.completed_at is not null and c.candles = 0 and not exists (
    select from jsonb_to_recordset(p_sessions) as b (date date)
    join public.session_coverage x on x.ticker = t.ticker and x.session_date = b.date and x.candles > 0
    where b.date < s.date
  );
  update public.outages set missing = v_missing
  where id = p_outage and restored_at is null and missing is distinct from v_missing;
  return json_build_object('missing', v_missing, 'unproven', v_unproven, 'unfetchable', v_given_up + v_empty, 'backfilled', (
    select count(*) from public.equity_data e
    where e.ticker = any (v_tickers)
      and e."timestamp" >= date_trunc('minute', v_outage.started_at) and e."timestamp" < v_repaired
  ));
end
$$;

revoke execute on function public.outage_recovery(text, jsonb, jsonb, timestamptz, timestamptz) from public, anon, authenticated;
grant execute on function public.outage_recovery(text, jsonb, jsonb, timestamptz, timestamptz) to service_role;
