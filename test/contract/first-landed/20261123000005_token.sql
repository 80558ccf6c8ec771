-- The token's life as the functions know it: outages, what is published once, what only one may do at a time, and the
-- states of a login. Never the token, a code or a link.
--
-- The row of token_state is the one lock: whoever decides whether the token is dead or proven takes it first, and what
-- follows sees everything that was decided before.

alter table public.token_state drop column if exists lease_holder;
alter table public.token_state drop column if exists lease_until;
alter table public.token_state add column if not exists proven_version text;
alter table public.token_state add column if not exists logged_in_at timestamptz;

alter table public.outages add constraint outages_reason
  check (reason in ('reauth_required', 'entitlement', 'configuration', 'unusable_token'));
-- A second open outage cannot be, whatever the functions do.
create unique index outages_one_open on public.outages ((reauthorized_at is null)) where reauthorized_at is null;

create table public.token_history (
  at timestamptz not null,
  what text not null check (what in ('refresh', 'login', 'by_hand', 'died')),
  version text not null,
  outage_id text,
  id bigint generated always as identity primary key
);
comment on table public.token_history is 'deaths are kept, for they say which versions are dead; the rest for 90 days';

create table public.leases (
  name text primary key,
  holder text not null,
  until timestamptz not null
);

create table public.notices (
  key text primary key,
  claimed_until timestamptz not null,
  published_at timestamptz
);

create table public.login_states (
  state_hash text primary key,
  browser_hash text not null,
  subject text not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

alter table public.token_history enable row level security;
alter table public.leases enable row level security;
alter table public.notices enable row level security;
alter table public.login_states enable row level security;

revoke all on public.token_history, public.leases, public.notices, public.login_states from public, anon, authenticated;
grant select, insert, update, delete on public.token_history, public.leases, public.notices, public.login_states to service_role;

-- {id, reason, started_at, dead_version, announced_at, reauthorized_at, restored_at, parked, redriven}, times in epoch
-- seconds; null when there is no such outage. dead_version is the version that died last in it.
create function public.read_outage(p_id text)
returns json
language sql stable
set search_path = ''
as $$
  select json_build_object(
    'id', o.id,
    'reason', o.reason,
    'started_at', date_part('epoch', o.started_at),
    'dead_version', (
      select h.version from public.token_history h where h.outage_id = o.id and h.what = 'died' order by h.id desc limit 1
    ),
    'announced_at', date_part('epoch', o.announced_at),
    'reauthorized_at', date_part('epoch', o.reauthorized_at),
    'restored_at', date_part('epoch', o.restored_at),
    'parked', o.parked,
    'redriven', o.redriven
  )
  from public.outages o where o.id = p_id
$$;

-- {dead_version, proven_version, logged_in_at, outages}: the outages are those that are not restored, oldest first.
create function public.read_token_state()
returns json
language sql stable
set search_path = ''
as $$
  select json_build_object(
    'dead_version', s.dead_version,
    'proven_version', s.proven_version,
    'logged_in_at', date_part('epoch', s.logged_in_at),
    'outages', coalesce((
      select json_agg(public.read_outage(o.id) order by o.started_at, o.reauthorized_at nulls last)
      from public.outages o where o.restored_at is null
    ), '[]')
  )
  from public.token_state s
$$;

-- A version is dead. Opens the outage p_id, or joins the one that is open. A version whose last news is its death changes
-- nothing: a late failure of an older token neither replaces the dead version nor opens an outage that nobody could end.
-- {outage, opened}
create function public.mark_dead(p_id text, p_version text, p_reason text, p_now timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_open text;
  v_last public.token_history;
begin
  perform 1 from public.token_state for update;
  select o.id into v_open from public.outages o where o.reauthorized_at is null;
  select h.* into v_last from public.token_history h where h.version = p_version order by h.id desc limit 1;
  if v_last.what = 'died' then
    return json_build_object('outage', public.read_outage(coalesce(v_open, v_last.outage_id)), 'opened', false);
  end if;
  if v_open is null then
    insert into public.outages (id, reason, started_at) values (p_id, p_reason, p_now);
  end if;
  insert into public.token_history (at, what, version, outage_id) values (p_now, 'died', p_version, coalesce(v_open, p_id));
  update public.token_state set dead_version = p_version;
  return json_build_object('outage', public.read_outage(coalesce(v_open, p_id)), 'opened', v_open is null);
end
$$;

-- A version was proven by a data call and is current. Ends the open outage, unless this very version has been found dead
-- since. {ended}: the outage that this call ended, or null
create function public.record_proven(
  p_version text, p_how text, p_now timestamptz, p_logged_in_at timestamptz, p_access_expires_at timestamptz,
  p_refresh_expires_at timestamptz
)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_state public.token_state;
  v_ended text;
begin
  select s.* into strict v_state from public.token_state s for update;
  if v_state.dead_version = p_version then
    return json_build_object('ended', null);
  end if;
  update public.token_state
  set proven_version = p_version, logged_in_at = p_logged_in_at, access_expires_at = p_access_expires_at,
      refresh_expires_at = p_refresh_expires_at;
  update public.outages set reauthorized_at = p_now where reauthorized_at is null returning id into v_ended;
  if v_ended is not null or v_state.proven_version is distinct from p_version then
    insert into public.token_history (at, what, version, outage_id) values (p_now, p_how, p_version, v_ended);
  end if;
  delete from public.token_history h where h.what <> 'died' and h.at < p_now - interval '90 days';
  return json_build_object('ended', public.read_outage(v_ended));
end
$$;

-- What became of the token, newest first: [[at, what, version, outage_id], …]
create function public.read_token_history(p_limit integer)
returns json
language sql stable
set search_path = ''
as $$
  select coalesce(json_agg(json_build_array(date_part('epoch', h.at), h.what, h.version, h.outage_id) order by h.id desc), '[]')
  from (select * from public.token_history order by id desc limit p_limit) h
$$;

-- The end of the newest stored candle, in epoch seconds: {newest}
create function public.newest_candle()
returns json
language sql stable
set search_path = ''
as $$
  select json_build_object('newest', date_part('epoch', max(c.covered_until))) from public.session_coverage c
$$;

-- Counts messages that were parked for an outage, or sent back.
create function public.count_messages(p_outage text, p_parked integer, p_redriven integer)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  update public.outages set parked = parked + p_parked, redriven = redriven + p_redriven where id = p_outage;
  return json_build_object('outage', p_outage);
end
$$;

-- What an outage cost and what of it is made good. p_sessions: [{date, opens_at, closes_at}, …]
--   missing     minutes that have not been read since, over all tickers
--   unproven    sessions that could be proven complete by now and are not
--   backfilled  candles of its time
-- In a session that cannot be proven yet, a bar that ended after the repair shows that the gap was read: the window that
-- brought it began at the watermark. One minute less, because the bar of the repair's own minute may be without trade.
create function public.outage_recovery(p_outage text, p_tickers jsonb, p_sessions jsonb, p_now timestamptz)
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
begin
  select o.* into strict v_outage from public.outages o where o.id = p_outage;
  v_repaired := coalesce(v_outage.reauthorized_at, p_now);
  select
    coalesce(sum(greatest(0, date_part('epoch', j.elapsed - j.read_until) / 60)) filter (where j.provable or not j.caught_up), 0),
    count(*) filter (where j.provable)
  into v_missing, v_unproven
  from (
    select
      date_trunc('minute', least(p_now, s.closes_at)) as elapsed,
      coalesce(c.covered_until, s.opens_at) as read_until,
      p_now >= s.closes_at + interval '30 minutes' as provable,
      coalesce(c.covered_until >= v_repaired - interval '1 minute', false) as caught_up
    from unnest(v_tickers) as t (ticker)
    cross join jsonb_to_recordset(p_sessions) as s (date date, opens_at timestamptz, closes_at timestamptz)
    left join public.session_coverage c on c.ticker = t.ticker and c.session_date = s.date
    where c.completed_at is null
  ) j;
  update public.outages set missing = v_missing where id = p_outage and missing is distinct from v_missing;
  return json_build_object('missing', v_missing, 'unproven', v_unproven, 'backfilled', (
    select count(*) from public.equity_data e
    where e.ticker = any (v_tickers)
      and e."timestamp" >= date_trunc('minute', v_outage.started_at) and e."timestamp" < v_repaired
  ));
end
$$;

-- Nothing is missing any more. An outage that is still open stays as it is.
create function public.mark_restored(p_outage text, p_now timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  update public.outages set restored_at = coalesce(restored_at, p_now), missing = 0
  where id = p_outage and reauthorized_at is not null;
  return json_build_object('outage', p_outage);
end
$$;

-- How a part of the pipeline is doing. An older word does not replace a newer one.
create function public.put_status(p_component text, p_status jsonb, p_now timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into public.pipeline_status as s (component, status, updated_at) values (p_component, p_status, p_now)
  on conflict (component) do update set status = excluded.status, updated_at = excluded.updated_at
  where s.updated_at <= excluded.updated_at;
  return json_build_object('component', p_component);
end
$$;

-- {taken}: whether p_holder has the lease until p_until. It may take it again while it has it.
create function public.take_lease(p_name text, p_holder text, p_now timestamptz, p_until timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into public.leases as l (name, holder, until) values (p_name, p_holder, p_until)
  on conflict (name) do update set holder = excluded.holder, until = excluded.until
  where l.holder = excluded.holder or l.until <= p_now;
  return json_build_object('taken', found);
end
$$;

create function public.release_lease(p_name text, p_holder text)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  delete from public.leases l where l.name = p_name and l.holder = p_holder;
  return json_build_object('released', found);
end
$$;

-- Claims the right to publish what the key names, until p_until. {outcome: claimed | taken | published}
create function public.claim_notice(p_key text, p_now timestamptz, p_until timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into public.notices as n (key, claimed_until) values (p_key, p_until)
  on conflict (key) do update set claimed_until = excluded.claimed_until
  where n.published_at is null and n.claimed_until <= p_now;
  if found then
    return json_build_object('outcome', 'claimed');
  end if;
  return (
    select json_build_object('outcome', case when n.published_at is null then 'taken' else 'published' end)
    from public.notices n where n.key = p_key
  );
end
$$;

-- Nobody claims the key again. The announcement of an outage also marks the outage.
create function public.mark_published(p_key text, p_now timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into public.notices as n (key, claimed_until, published_at) values (p_key, p_now, p_now)
  on conflict (key) do update set published_at = coalesce(n.published_at, excluded.published_at);
  if starts_with(p_key, 'reauth-required:') then
    update public.outages set announced_at = p_now
    where id = substr(p_key, length('reauth-required:') + 1) and announced_at is null;
  end if;
  delete from public.notices n where n.published_at < p_now - interval '1 year';
  return json_build_object('key', p_key);
end
$$;

create function public.put_login_state(p_state_hash text, p_browser_hash text, p_subject text, p_now timestamptz, p_expires_at timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  delete from public.login_states s where s.expires_at < p_now - interval '1 day';
  insert into public.login_states (state_hash, browser_hash, subject, expires_at)
  values (p_state_hash, p_browser_hash, p_subject, p_expires_at);
  return json_build_object('expires_at', date_part('epoch', p_expires_at));
end
$$;

-- Uses a state up. {outcome: taken | unknown | used | expired | foreign, subject}
create function public.take_login_state(p_state_hash text, p_browser_hash text, p_now timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_row public.login_states;
  v_outcome text;
begin
  select s.* into v_row from public.login_states s where s.state_hash = p_state_hash for update;
  v_outcome := case
    when v_row.state_hash is null then 'unknown'
    when v_row.browser_hash <> p_browser_hash then 'foreign'
    when v_row.used_at is not null then 'used'
    when v_row.expires_at <= p_now then 'expired'
    else 'taken'
  end;
  if v_outcome = 'taken' then
    update public.login_states set used_at = p_now where state_hash = p_state_hash;
  end if;
  return json_build_object('outcome', v_outcome, 'subject', v_row.subject);
end
$$;

-- As in the migration of the scheduler, and the state of the token with every answer, whoever has the minute:
--   token   see read_token_state
create or replace function public.begin_tick(p_tick timestamptz, p_tickers jsonb, p_sessions jsonb, p_dirty_before timestamptz)
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
    return json_build_object('claimed', false, 'token', public.read_token_state());
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
      'token', public.read_token_state(),
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

-- As in the migration of the scheduler, and the version of the secret that is dead, if one is.
create or replace function public.begin_fetch(
  p_now timestamptz, p_live integer, p_backfill integer, p_per_minute integer, p_backfill_per_minute integer
)
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
  return json_build_object(
    'live', v_live, 'backfill', v_backfill, 'dead_version', (select s.dead_version from public.token_state s)
  );
end
$$;

revoke execute on function public.read_outage(text) from public, anon, authenticated;
revoke execute on function public.read_token_state() from public, anon, authenticated;
revoke execute on function public.mark_dead(text, text, text, timestamptz) from public, anon, authenticated;
revoke execute on function public.record_proven(text, text, timestamptz, timestamptz, timestamptz, timestamptz) from public, anon, authenticated;
revoke execute on function public.read_token_history(integer) from public, anon, authenticated;
revoke execute on function public.newest_candle() from public, anon, authenticated;
revoke execute on function public.count_messages(text, integer, integer) from public, anon, authenticated;
revoke execute on function public.outage_recovery(text, jsonb, jsonb, timestamptz) from public, anon, authenticated;
revoke execute on function public.mark_restored(text, timestamptz) from public, anon, authenticated;
revoke execute on function public.put_status(text, jsonb, timestamptz) from public, anon, authenticated;
revoke execute on function public.take_lease(text, text, timestamptz, timestamptz) from public, anon, authenticated;
revoke execute on function public.release_lease(text, text) from public, anon, authenticated;
revoke execute on function public.claim_notice(text, timestamptz, timestamptz) from public, anon, authenticated;
revoke execute on function public.mark_published(text, timestamptz) from public, anon, authenticated;
revoke execute on function public.put_login_state(text, text, text, timestamptz, timestamptz) from public, anon, authenticated;
revoke execute on function public.take_login_state(text, text, timestamptz) from public, anon, authenticated;

grant execute on function public.read_outage(text) to service_role;
grant execute on function public.read_token_state() to service_role;
grant execute on function public.mark_dead(text, text, text, timestamptz) to service_role;
grant execute on function public.record_proven(text, text, timestamptz, timestamptz, timestamptz, timestamptz) to service_role;
grant execute on function public.read_token_history(integer) to service_role;
grant execute on function public.newest_candle() to service_role;
grant execute on function public.count_messages(text, integer, integer) to service_role;
grant execute on function public.outage_recovery(text, jsonb, jsonb, timestamptz) to service_role;
grant execute on function public.mark_restored(text, timestamptz) to service_role;
grant execute on function public.put_status(text, jsonb, timestamptz) to service_role;
grant execute on function public.take_lease(text, text, timestamptz, timestamptz) to service_role;
grant execute on function public.release_lease(text, text) to service_role;
grant execute on function public.claim_notice(text, timestamptz, timestamptz) to service_role;
grant execute on function public.mark_published(text, timestamptz) to service_role;
grant execute on function public.put_login_state(text, text, text, timestamptz, timestamptz) to service_role;
grant execute on function public.take_login_state(text, text, timestamptz) to service_role;
