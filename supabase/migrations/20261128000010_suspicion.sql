-- When a session is complete, and which complete ones are read again.
--
-- Two answers of a source that stood still are one answer. A session is suspect when it is empty or has a hole (before the
-- first bar, between two bars, after the last) longer than the ticker's habit: the longest hole of its last ten settled
-- sessions, and at least 30 minutes. A minute that the broker speaks of with numbers that nobody can read is unreadable:
-- it is neither a bar nor a minute without trade.
--
--   not suspect, nothing unreadable   complete by one full read that agrees with what is stored
--   something unreadable              by agreeing full reads on two dates (New York), at least twelve hours apart
--   suspect                           the same, the last of them after a bar of a later session was returned; or on a third date
--
-- A suspect session is judged only by reads of it alone: a long answer may have been cut.

alter table public.session_coverage
  add column longest_hole integer,
  add column suspect boolean not null default false,
  add column unreadable timestamptz[] not null default '{}',
  add column agreed_since timestamptz,
  add column agreed_on date[] not null default '{}',
  add column settled_at timestamptz,
  add column recheck_since timestamptz;
comment on column public.session_coverage.longest_hole is 'in minutes without a bar, by the newest full read';
comment on column public.session_coverage.suspect is 'by the newest full read: empty, or its longest hole is longer than the ticker''s habit';
comment on column public.session_coverage.unreadable is 'minutes that the newest full read spoke of and that have no bar, because their numbers cannot be read';
comment on column public.session_coverage.agreed_since is 'the first of the full reads that agree with what is stored now';
comment on column public.session_coverage.agreed_on is 'the dates of those reads, New York';
comment on column public.session_coverage.settled_at is 'when a read on a later date agreed with a complete session';
comment on column public.session_coverage.recheck_since is 'a read after this moment is wanted, though the session is complete';

-- Sessions that were complete before these rules were read twice: they give the first habit.
update public.session_coverage c
set agreed_since = c.completed_at,
    agreed_on = array[(c.completed_at at time zone 'America/New_York')::date],
    settled_at = case when c.candles > 0 then c.completed_at end,
    longest_hole = h.minutes
from public.session_coverage o
cross join lateral (
  select coalesce(greatest(
    max(g.gap), date_part('epoch', o.closes_at - max(g.at)) / 60 - 1
  ), date_part('epoch', o.closes_at - o.opens_at) / 60)::integer as minutes
  from (
    select e."timestamp" as at,
      date_part('epoch', e."timestamp" - lag(e."timestamp", 1, o.opens_at - interval '1 minute') over (order by e."timestamp")) / 60 - 1 as gap
    from public.equity_data e
    where e.ticker = o.ticker and e."timestamp" >= o.opens_at and e."timestamp" < o.closes_at
  ) g
) h
where c.completed_at is not null and o.ticker = c.ticker and o.session_date = c.session_date;

-- How long the ticker is usually without a bar, in minutes: the longest hole of its last ten settled sessions, at least 30.
create function public.usual_hole(p_ticker text, p_except date)
returns integer
language sql stable
set search_path = ''
as $$
  select greatest(30, max(s.longest_hole)) from (
    select c.longest_hole from public.session_coverage c
    where c.ticker = p_ticker and c.session_date <> p_except and c.settled_at is not null and c.candles > 0
    order by c.session_date desc limit 10
  ) s
$$;

-- As in the migration of the writer, and:
--   p_batch  […, sessions: [{…, unreadable: [minute, …]}, …]]   minutes that the answer speaks of and whose numbers cannot be read, ISO 8601
create or replace function public.ingest_round(p_batch jsonb, p_round integer, p_as_of timestamptz)
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
    select i.ticker, s.date, s.returned, s.covered_until, coalesce(s.unreadable, '{}') as unreadable, i.fetched_at,
      i."from" <= s.opens_at and i."to" >= s.closes_at and i.fetched_at >= s.closes_at + interval '30 minutes' as full_read,
      i."from" >= s.opens_at and i."to" <= s.closes_at as alone
    from jsonb_to_recordset(p_batch) as i (
      ticker text, round integer, "from" timestamptz, "to" timestamptz, fetched_at timestamptz, sessions jsonb
    )
    cross join lateral jsonb_to_recordset(i.sessions) as s (
      date date, opens_at timestamptz, closes_at timestamptz, returned integer, covered_until timestamptz, unreadable timestamptz[]
    )
    where i.round = p_round
  ),
  -- A session may change by bars of an answer that does not vouch for it.
  touched as (
    select ticker, date, a.returned, a.covered_until, coalesce(a.unreadable, '{}') as unreadable, a.fetched_at, a.alone,
      coalesce(a.full_read, false) as full_read, w.count is not null as changed
    from answer a
    full join unnest(w_ticker, w_date, w_count) as w (ticker, date, count) using (ticker, date)
  ),
  counted as (
    select t.*, stored.candles, stored.newest_read, stored.hole,
      -- A message that comes twice is one read.
      t.full_read and (c.last_audit_at is null or t.fetched_at > c.last_audit_at) as audit,
      (t.fetched_at at time zone 'America/New_York')::date as read_on
    from touched t
    join public.session_coverage c on c.ticker = t.ticker and c.session_date = t.date
    cross join lateral (
      select count(*)::integer as candles, max(g.updated_at) as newest_read,
        coalesce(
          greatest(max(g.gap), date_part('epoch', c.closes_at - max(g.at)) / 60 - 1),
          date_part('epoch', c.closes_at - c.opens_at) / 60
        )::integer as hole
      from (
        select e."timestamp" as at, e.updated_at,
          date_part('epoch', e."timestamp" - lag(e."timestamp", 1, c.opens_at - interval '1 minute') over (order by e."timestamp")) / 60 - 1 as gap
        from public.equity_data e
        where e.ticker = t.ticker
          and e."timestamp" >= t.date::timestamp at time zone 'America/New_York'
          and e."timestamp" < (t.date + 1)::timestamp at time zone 'America/New_York'
      ) g
    ) stored
  ),
  matched as (
    select n.*, u.minutes as not_read,
      n.audit and not n.changed and n.returned + cardinality(n.unreadable) - cardinality(u.minutes) = n.candles
        and coalesce(n.newest_read <= n.fetched_at, true) as matches,
      n.audit and (n.candles = 0 or n.hole > public.usual_hole(n.ticker, n.date)) as suspect
    from counted n
    cross join lateral (
      select coalesce(array_agg(m order by m), '{}') as minutes
      from unnest(n.unreadable) m
      where not exists (select from public.equity_data e where e.ticker = n.ticker and e."timestamp" = m)
    ) u
  ),
  weighed as (
    select m.*,
      -- Whether this read counts towards the proof.
      m.matches and (m.alone or not (m.suspect or m.not_read <> '{}')) as agrees
    from matched m
  ),
  agreed as (
    select w.*, a.since,
      case when a.since is null then '{}' when w.agrees and w.read_on <> all (c.agreed_on) then c.agreed_on || w.read_on else c.agreed_on end
        as agreed_on,
      exists (
        select from public.session_coverage l where l.ticker = w.ticker and l.session_date > w.date and l.candles > 0
      ) as moved
    from weighed w
    join public.session_coverage c on c.ticker = w.ticker and c.session_date = w.date
    cross join lateral (
      select case
        when w.changed or (w.audit and not w.matches and c.completed_at is null) then null
        when w.agrees then coalesce(c.agreed_since, w.fetched_at)
        else c.agreed_since
      end as since
    ) a
  ),
  judged as (
    select a.*,
      a.agrees and (
        not (a.suspect or a.not_read <> '{}')
        or cardinality(a.agreed_on) >= 2 and a.fetched_at >= a.since + interval '12 hours'
          and (not a.suspect or a.moved or cardinality(a.agreed_on) >= 3)
      ) as proven
    from agreed a
  )
  update public.session_coverage c
  set candles = j.candles,
      covered_until = case when j.proven then greatest(c.covered_until, c.closes_at) else greatest(c.covered_until, j.covered_until) end,
      audits = c.audits + j.audit::integer,
      first_audit_at = case when j.audit then coalesce(c.first_audit_at, j.fetched_at) else c.first_audit_at end,
      last_audit_at = case when j.audit then j.fetched_at else c.last_audit_at end,
      longest_hole = case when j.audit then j.hole else c.longest_hole end,
      suspect = case when j.audit then j.suspect else c.suspect end,
      unreadable = case
        when j.audit then j.not_read
        when j.changed then array(
          select m from unnest(c.unreadable) m
          where not exists (select from public.equity_data e where e.ticker = c.ticker and e."timestamp" = m) order by m
        )
        else c.unreadable
      end,
      agreed_since = j.since,
      agreed_on = j.agreed_on,
      settled_at = case
        when j.changed then null
        when j.agrees and (j.proven or c.completed_at is not null) and (j.since at time zone 'America/New_York')::date < j.read_on
          then coalesce(c.settled_at, j.fetched_at)
        else c.settled_at
      end,
      recheck_since = case when j.audit and j.fetched_at > c.recheck_since then null else c.recheck_since end,
      completed_at = case when j.proven then j.fetched_at when j.changed then null else c.completed_at end
  from judged j
  where c.ticker = j.ticker and c.session_date = j.date;

  return query
  select x.ticker, sum(x.count)::bigint from unnest(w_ticker, w_count) as x (ticker, count) group by x.ticker;
end
$$;

-- As before, and:
--   p_since                     of the sessions only those count that end after this moment or after the beginning of an outage
--                               that is not made good; since: which it was
--   p_settle, p_settle_before   dates of sessions of which a full read after that moment is wanted, though they are complete
--   incomplete                  […, suspect, agreed since, moved]; moved: a bar of a later session was returned
--   unsettled                   complete sessions that are to be read again, in the same shape
drop function public.begin_tick(timestamptz, jsonb, jsonb, timestamptz);
create function public.begin_tick(
  p_tick timestamptz, p_tickers jsonb, p_sessions jsonb, p_dirty_before timestamptz,
  p_settle jsonb default '[]', p_settle_before timestamptz default null, p_since timestamptz default null
)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_tickers text[] := array(select jsonb_array_elements_text(p_tickers));
  v_sessions date[] := array(select jsonb_array_elements_text(p_sessions)::date);
  v_settle date[] := array(select jsonb_array_elements_text(p_settle)::date);
  v_since timestamptz := case when p_since is not null
    then least(p_since, (select min(o.started_at) from public.outages o where o.restored_at is null)) end;
begin
  insert into public.scheduler_ticks (minute, claimed_at) values (date_trunc('minute', p_tick), p_tick) on conflict do nothing;
  if not found then
    return json_build_object('claimed', false, 'token', public.read_token_state());
  end if;
  delete from public.scheduler_ticks where minute < p_tick - interval '1 day';
  if v_since is not null then
    v_sessions := array(select s from unnest(v_sessions) s where s >= (v_since at time zone 'America/New_York')::date);
  end if;
  return (
    with known as materialized (
      select c.* from public.session_coverage c where c.ticker = any (v_tickers) and c.session_date = any (v_sessions)
    ),
    touched as (
      select k.ticker, array_agg(k.session_date) as dates, max(k.session_date) filter (where k.candles > 0) as newest
      from known k group by k.ticker
    ),
    untouched as (
      select t.ticker, to_json(array(
        select s from unnest(v_sessions) s where touched.dates is null or s <> all (touched.dates)
      )) as dates
      from unnest(v_tickers) as t (ticker) left join touched using (ticker)
      where coalesce(cardinality(touched.dates), 0) < cardinality(v_sessions)
    ),
    due as (
      select k.completed_at is null as incomplete, json_build_array(
        k.ticker, k.session_date, date_part('epoch', k.covered_until), k.candles,
        date_part('epoch', k.last_audit_at), date_part('epoch', k.claimed_until),
        k.suspect, date_part('epoch', k.agreed_since), coalesce(k.session_date < touched.newest, false)
      ) as line
      from known k join touched using (ticker)
      where k.completed_at is null or k.recheck_since is not null
        or k.session_date = any (v_settle) and (k.last_audit_at is null or k.last_audit_at < p_settle_before)
    )
    select json_build_object(
      'claimed', true,
      'token', public.read_token_state(),
      'since', date_part('epoch', v_since),
      'incomplete', coalesce((select json_agg(d.line) from due d where d.incomplete), '[]'),
      'unsettled', coalesce((select json_agg(d.line) from due d where not d.incomplete), '[]'),
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

revoke execute on function public.usual_hole(text, date) from public, anon, authenticated;
revoke execute on function public.ingest_round(jsonb, integer, timestamptz) from public, anon, authenticated;
revoke execute on function public.begin_tick(timestamptz, jsonb, jsonb, timestamptz, jsonb, timestamptz, timestamptz) from public, anon, authenticated;
grant execute on function public.usual_hole(text, date) to service_role;
grant execute on function public.ingest_round(jsonb, integer, timestamptz) to service_role;
grant execute on function public.begin_tick(timestamptz, jsonb, jsonb, timestamptz, jsonb, timestamptz, timestamptz) to service_role;
