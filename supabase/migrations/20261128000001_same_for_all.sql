-- The five files of 20261123 and the dashboard's were changed after databases had been made with them. What differed is made anew here, so
-- that a database of any earlier commit is the same from now on. (ingest_round and outage_recovery differed too; the next files
-- make them anew.) From here on a file that has landed never changes.

drop function if exists public.mark_dead(text, text, text, timestamptz);
drop function if exists public.mark_dead(text, text, text, timestamptz, text);
create function public.mark_dead(p_id text, p_version text, p_reason text, p_now timestamptz, p_seen text default null)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_state public.token_state;
  v_open text;
begin
  select s.* into strict v_state from public.token_state s for update;
  if coalesce(v_state.proven_version, '') <> p_seen then
    return json_build_object('outage', null, 'opened', false);
  end if;
  select o.id into v_open from public.outages o where o.reauthorized_at is null;
  if v_open is not null and v_state.dead_version = p_version then
    return json_build_object('outage', public.read_outage(v_open), 'opened', false);
  end if;
  if v_open is null then
    insert into public.outages (id, reason, started_at) values (p_id, p_reason, p_now);
  end if;
  insert into public.token_history (at, what, version, outage_id) values (p_now, 'died', p_version, coalesce(v_open, p_id));
  update public.token_state set dead_version = p_version;
  return json_build_object('outage', public.read_outage(coalesce(v_open, p_id)), 'opened', v_open is null);
end
$$;
revoke execute on function public.mark_dead(text, text, text, timestamptz, text) from public, anon, authenticated;
grant execute on function public.mark_dead(text, text, text, timestamptz, text) to service_role;

comment on table public.token_history is 'deaths are kept, for they say what died in an outage; the rest for 90 days';
comment on column public.pipeline_minutes.stored is 'candles that are new since the line before; 0 in the minute in which the oldest of 31 days is no longer counted';

drop view public.chart_sessions;
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

drop view public.coverage_days;
create view public.coverage_days with (security_invoker = true) as
select
  c.session_date, count(*)::integer as tickers, count(c.completed_at)::integer as complete, sum(c.candles)::integer as candles,
  sum(c.audits)::integer as audits,
  json_agg(json_build_array(c.ticker, c.candles, c.completed_at is not null, date_part('epoch', c.covered_until), c.audits) order by c.ticker) as cells
from public.session_coverage c
group by c.session_date;

revoke all on public.chart_sessions, public.coverage_days from public, anon, authenticated;
grant select on public.chart_sessions, public.coverage_days to anon, authenticated, service_role;
