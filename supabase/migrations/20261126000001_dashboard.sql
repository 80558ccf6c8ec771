-- What the dashboard reads. Views are security_invoker: they show nobody more than the tables below them do. Each gives few and
-- whole rows, because row sets are cut at 1,000 on the way out; json keeps every digit of a number.

-- One line for each minute of the scheduler: how the feed was, what flowed, what waited.
create table public.pipeline_minutes (
  minute timestamptz primary key,
  in_session boolean not null,
  freshness_seconds double precision not null,
  missing integer not null,
  live_jobs integer not null,
  full_jobs integer not null,
  calls integer not null,
  stored integer not null,
  stored_so_far bigint not null,
  queues jsonb not null
);
comment on column public.pipeline_minutes.calls is 'calls to Schwab in the minute before';
comment on column public.pipeline_minutes.stored is 'candles that are new since the line before; 0 in the minute in which the oldest of 31 days is no longer counted';
comment on column public.pipeline_minutes.stored_so_far is 'candles of the sessions of the last 31 days, to tell the next minute what is new';
comment on column public.pipeline_minutes.queues is '{queue: [visible, in flight, delayed]}; a queue that SQS did not count is left out';

-- What was published, without what it said.
create table public.pipeline_events (
  at timestamptz not null,
  kind text not null,
  subject text not null default '',
  primary key (at, kind, subject)
);
comment on column public.pipeline_events.subject is 'the ticker that was set aside; else empty';

alter table public.pipeline_minutes enable row level security;
alter table public.pipeline_events enable row level security;
revoke all on public.pipeline_minutes, public.pipeline_events from public, anon, authenticated;
grant select, insert, update, delete on public.pipeline_minutes, public.pipeline_events to service_role;
grant select on public.pipeline_minutes, public.pipeline_events to anon, authenticated;
create policy "the dashboard reads" on public.pipeline_minutes for select to anon, authenticated using (true);
create policy "the dashboard reads" on public.pipeline_events for select to anon, authenticated using (true);

-- The sessions of a horizon, whatever the tickers are. No indexed column changes with a candle, so updates stay cheap.
create index session_coverage_date on public.session_coverage (session_date);

-- Writes the line of a minute, once, and the tickers and sessions that the scheduler works for, when they have changed or every hour.
--   p_tick      {in_session, freshness_seconds, missing, live_jobs, full_jobs, queues}
--   p_schedule  {tickers, sessions: [[date, opens_at, closes_at], …], nextOpensAt, cadenceMinutes}, times in ISO 8601
create function public.record_minute(p_minute timestamptz, p_tick jsonb, p_schedule jsonb)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_so_far bigint := (
    select coalesce(sum(c.candles), 0) from public.session_coverage c where c.session_date > (p_minute - interval '31 days')::date
  );
begin
  insert into public.pipeline_minutes
  select
    p_minute, t.in_session, t.freshness_seconds, t.missing, t.live_jobs, t.full_jobs,
    coalesce((select b.used from public.request_budget b where b.minute = p_minute - interval '1 minute'), 0),
    greatest(0, v_so_far - coalesce(
      (select m.stored_so_far from public.pipeline_minutes m where m.minute < p_minute order by m.minute desc limit 1), v_so_far
    )),
    v_so_far,
    t.queues
  from jsonb_to_record(p_tick) as t (
    in_session boolean, freshness_seconds double precision, missing integer, live_jobs integer, full_jobs integer, queues jsonb
  )
  on conflict do nothing;
  delete from public.pipeline_minutes where minute < p_minute - interval '8 days';
  insert into public.pipeline_status as s (component, status, updated_at) values ('scheduler', p_schedule, p_minute)
  on conflict (component) do update set status = excluded.status, updated_at = excluded.updated_at
  where s.updated_at <= excluded.updated_at
    and (s.status is distinct from excluded.status or s.updated_at <= excluded.updated_at - interval '1 hour');
  return json_build_object('minute', p_minute);
end
$$;

-- As before, and notes down for the dashboard what was published: a notice that nobody claimed was only passed over.
create or replace function public.mark_published(p_key text, p_now timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  update public.notices set published_at = p_now where key = p_key and published_at is null;
  if found then
    insert into public.pipeline_events (at, kind, subject) values (
      p_now, split_part(p_key, ':', 1), case when starts_with(p_key, 'ticker-quarantined:') then split_part(p_key, ':', 2) else '' end
    )
    on conflict do nothing;
    delete from public.pipeline_events e where e.at < p_now - interval '90 days';
  else
    insert into public.notices (key, claimed_until, published_at) values (p_key, p_now, p_now) on conflict do nothing;
  end if;
  if starts_with(p_key, 'reauth-required:') then
    update public.outages set announced_at = p_now
    where id = substr(p_key, length('reauth-required:') + 1) and announced_at is null;
  end if;
  delete from public.notices n where n.published_at < p_now - interval '1 year';
  return json_build_object('key', p_key);
end
$$;

-- One bar and what was computed of it, as
--   [time, open, high, low, close, volume, sma9, vwap, ema12, ema26, macd, macd_signal, macd_histogram, rsi14,
--    bb_upper, bb_middle, bb_lower, atr14, cross], time in epoch seconds, null where there is no value.
-- A bar has changed since it was read when its updated_at or its revision is higher.
create view public.chart_bars with (security_invoker = true) as
select
  e.ticker, e."timestamp", e.updated_at, coalesce(i.revision, 0) as revision,
  json_build_array(
    date_part('epoch', e."timestamp"), e.open, e.high, e.low, e.close, e.volume, i.sma9, i.vwap, i.ema12, i.ema26, i.macd,
    i.macd_signal, i.macd_histogram, i.rsi14, i.bb_upper, i.bb_middle, i.bb_lower, i.atr14, i."cross"
  ) as bar
from public.equity_data e
left join public.indicators i on i.ticker = e.ticker and i."timestamp" = e."timestamp";

-- A session with all its bars. previous_close: the last close that is stored from before it.
create view public.chart_sessions with (security_invoker = true) as
select
  c.ticker, c.session_date, c.opens_at, c.closes_at, c.covered_until, c.candles, c.audits, c.completed_at,
  before.close as previous_close, inside.bars, inside.updated_at, inside.revision
from public.session_coverage c
left join lateral (
  select e.close from public.equity_data e
  where e.ticker = c.ticker and e."timestamp" < c.opens_at order by e."timestamp" desc limit 1
) before on true
cross join lateral (
  select
    coalesce(json_agg(b.bar order by b."timestamp"), '[]') as bars,
    max(b.updated_at) as updated_at,
    coalesce(max(b.revision), 0) as revision
  from public.chart_bars b
  where b.ticker = c.ticker and b."timestamp" >= c.opens_at and b."timestamp" < c.closes_at
) inside;

-- Every ticker that was ever planned, with its newest session that has candles. The distinct tickers are found by jumping from one to the next.
create view public.ticker_board with (security_invoker = true) as
with recursive known (ticker) as (
  (select c.ticker from public.session_coverage c order by c.ticker limit 1)
  union all
  select (select c.ticker from public.session_coverage c where c.ticker > known.ticker order by c.ticker limit 1)
  from known where known.ticker is not null
)
select
  known.ticker, newest.session_date, newest.covered_until,
  last."timestamp" as last_at, last.close as last_close, before.close as previous_close
from known
left join lateral (
  select c.session_date, c.opens_at, c.covered_until from public.session_coverage c
  where c.ticker = known.ticker and c.candles > 0 order by c.session_date desc limit 1
) newest on true
left join lateral (
  select e."timestamp", e.close from public.equity_data e
  where e.ticker = known.ticker and e."timestamp" >= newest.opens_at order by e."timestamp" desc limit 1
) last on true
left join lateral (
  select e.close from public.equity_data e
  where e.ticker = known.ticker and e."timestamp" < newest.opens_at order by e."timestamp" desc limit 1
) before on true
where known.ticker is not null;

-- A session in few points: [[time, close], …], the last of every five minutes.
create view public.ticker_sparklines with (security_invoker = true) as
select c.ticker, c.session_date, c.opens_at, c.closes_at, line.points
from public.session_coverage c
cross join lateral (
  select coalesce(json_agg(json_build_array(date_part('epoch', p."timestamp"), p.close) order by p."timestamp"), '[]') as points
  from (
    select distinct on (floor(date_part('epoch', e."timestamp") / 300)) e."timestamp", e.close
    from public.equity_data e
    where e.ticker = c.ticker and e."timestamp" >= c.opens_at and e."timestamp" < c.closes_at
    order by floor(date_part('epoch', e."timestamp") / 300), e."timestamp" desc
  ) p
) line;

-- A session over all its tickers. cells: [[ticker, candles, complete, covered until in epoch seconds or null, audits], …]
create view public.coverage_days with (security_invoker = true) as
select
  c.session_date, count(*)::integer as tickers, count(c.completed_at)::integer as complete, sum(c.candles)::integer as candles,
  sum(c.audits)::integer as audits,
  json_agg(json_build_array(c.ticker, c.candles, c.completed_at is not null, date_part('epoch', c.covered_until), c.audits) order by c.ticker) as cells
from public.session_coverage c
group by c.session_date;

revoke all on public.chart_bars, public.chart_sessions, public.ticker_board, public.ticker_sparklines, public.coverage_days
from public, anon, authenticated;
grant select on public.chart_bars, public.chart_sessions, public.ticker_board, public.ticker_sparklines, public.coverage_days
to anon, authenticated, service_role;

revoke execute on function public.record_minute(timestamptz, jsonb, jsonb) from public, anon, authenticated;
grant execute on function public.record_minute(timestamptz, jsonb, jsonb) to service_role;

-- Hosted, the page is told of changes; on a server without Supabase's publication it asks.
do $$
declare
  v_table text;
begin
  if not exists (select 1 from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    return;
  end if;
  foreach v_table in array array['equity_data', 'indicators', 'pipeline_minutes', 'pipeline_status', 'outages'] loop
    -- Somebody may have added it already, or all tables there are.
    if not exists (
      select 1 from pg_catalog.pg_publication_tables
      where pubname = 'supabase_realtime' and schemaname = 'public' and tablename = v_table
    ) then
      execute format('alter publication supabase_realtime add table public.%I', v_table);
    end if;
  end loop;
end
$$;
