-- The budget counts the minute before each call instead of the minutes of the clock: 119 calls at :59 and as many at :00 were
-- 238 in two seconds.

create table public.request_grants (
  at timestamptz not null,
  live integer not null,
  backfill integer not null,
  id bigint generated always as identity primary key
);
create index request_grants_at on public.request_grants (at);
alter table public.request_grants enable row level security;
revoke all on public.request_grants from public, anon, authenticated;
grant select, insert, update, delete on public.request_grants to service_role;

-- Takes calls, and tells the version of the secret that is dead, if one is, and from when on (epoch seconds) a call is free again.
-- A grant counts for 65 seconds, because its calls are made within five. request_budget keeps the sums for those who look on.
create or replace function public.begin_fetch(
  p_now timestamptz, p_live integer, p_backfill integer, p_per_minute integer, p_backfill_per_minute integer
)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_window constant interval := interval '65 seconds';
  v_used integer;
  v_backfill_used integer;
  v_oldest timestamptz;
  v_live integer;
  v_backfill integer;
begin
  -- One after the other: the next one sees what this one has taken.
  perform pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('public.begin_fetch'));
  delete from public.request_grants g where g.at < p_now - interval '10 minutes';
  select coalesce(sum(g.live + g.backfill), 0), coalesce(sum(g.backfill), 0), min(g.at) into v_used, v_backfill_used, v_oldest
  from public.request_grants g
  where g.at > p_now - v_window and g.at < p_now + v_window;
  v_live := greatest(0, least(p_live, p_per_minute - v_used));
  v_backfill := greatest(0, least(p_backfill, p_backfill_per_minute - v_backfill_used, p_per_minute - v_used - v_live));
  if v_live + v_backfill > 0 then
    insert into public.request_grants (at, live, backfill) values (p_now, v_live, v_backfill);
    insert into public.request_budget as b (minute, used, backfill_used)
    values (date_trunc('minute', p_now), v_live + v_backfill, v_backfill)
    on conflict (minute) do update set used = b.used + excluded.used, backfill_used = b.backfill_used + excluded.backfill_used;
    delete from public.request_budget where minute < p_now - interval '1 day';
  end if;
  return json_build_object(
    'live', v_live, 'backfill', v_backfill,
    'free_at', date_part('epoch', v_oldest + v_window),
    'dead_version', (select s.dead_version from public.token_state s)
  );
end
$$;
