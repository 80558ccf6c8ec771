-- Splits. After one the broker answers with all of its history on the new basis, prices divided by the ratio (new shares for an old
-- one) and volumes multiplied. What is stored is brought to that basis once, by parts of fifteen sessions, the newest first, each in
-- the transaction that notes how far it is: exactly scaled, and then read again where the broker has it.

create table public.splits (
  ticker text not null,
  split_date date not null,
  ratio double precision not null check (ratio > 0),
  noticed_at timestamptz not null,
  basis_since timestamptz not null,
  rest_until timestamptz,
  primary key (ticker, split_date)
);
comment on column public.splits.split_date is 'the first session on the new basis, as far as the answers show';
comment on column public.splits.ratio is 'new shares for an old one: 4 after 4:1, 0.1 after 1:10';
comment on column public.splits.noticed_at is 'when the read was made that showed it';
comment on column public.splits.basis_since is 'answers that were read before are on the old basis';
comment on column public.splits.rest_until is 'bars that open before are still on the old basis; null: none are';

alter table public.splits enable row level security;
revoke all on public.splits from public, anon, authenticated;
grant select, insert, update, delete on public.splits to service_role;
grant select on public.splits to anon, authenticated;
create policy "the dashboard reads" on public.splits for select to anon, authenticated using (true);

-- Brings the next fifteen sessions to the new basis, and marks them for another read as far back as the broker may have them.
create function public.apply_split(p_ticker text, p_date date, p_as_of timestamptz)
returns void
language plpgsql volatile
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_split public.splits;
  v_first timestamptz;
  v_last timestamptz;
  v_from timestamptz;
begin
  select s.* into strict v_split from public.splits s where s.ticker = p_ticker and s.split_date = p_date;
  -- The day of the oldest of the next fifteen sessions.
  select min(d.session_date)::timestamp at time zone 'America/New_York' into v_from from (
    select c.session_date from public.session_coverage c
    where c.ticker = p_ticker and c.candles > 0 and c.opens_at < v_split.rest_until
    order by c.session_date desc limit 15
  ) d;
  if v_from is null or not exists (
    select from public.session_coverage c where c.ticker = p_ticker and c.candles > 0 and c.opens_at < v_from
  ) then
    v_from := '-infinity';
  end if;
  with scaled as (
    update public.equity_data e
    set open = e.open / v_split.ratio, high = e.high / v_split.ratio, low = e.low / v_split.ratio, close = e.close / v_split.ratio,
        volume = e.volume * v_split.ratio, updated_at = greatest(e.updated_at, v_split.basis_since)
    where e.ticker = p_ticker and e."timestamp" >= v_from and e."timestamp" < v_split.rest_until and e.updated_at < v_split.basis_since
    returning e."timestamp" as at
  )
  select min(s.at), max(s.at) into v_first, v_last from scaled s;
  update public.session_coverage c
  set recheck_since = greatest(c.recheck_since, v_split.noticed_at)
  where c.ticker = p_ticker and c.opens_at >= v_from and c.opens_at < v_split.rest_until
    and c.closes_at > v_split.noticed_at - interval '48 days';
  update public.splits set rest_until = nullif(v_from, '-infinity') where ticker = p_ticker and split_date = p_date;
  if v_first is not null then
    update public.ticker_revision r
    set revision = r.revision + 1, dirty_from = least(r.dirty_from, v_first), dirty_to = greatest(r.dirty_to, v_last),
        dirty_at = coalesce(r.dirty_at, p_as_of)
    where r.ticker = p_ticker;
  end if;
end
$$;

-- Looks whether the answers of this round show bars of days before on another basis than they are stored: at least three that differ,
-- nine in ten of them by one and the same factor, and their volumes by the same the other way round. Prices may be rounded to a cent,
-- volumes to a share. A factor within 0.002 per cent of a fraction with a denominator up to 20 is that fraction.
create function public.notice_splits(p_batch jsonb, p_round integer, p_as_of timestamptz)
returns void
language plpgsql volatile
set search_path = ''
set enable_seqscan = off
set enable_hashjoin = off
as $$
declare
  v_found record;
  v_date date;
  v_ratio double precision;
  v_basis timestamptz;
begin
  for v_found in
    with pair as (
      select i.ticker, i.fetched_at, (e."timestamp" at time zone 'America/New_York')::date as date,
        e.open as eo, e.high as eh, e.low as el, e.close as ec, e.volume as ev, b.o, b.h, b.l, b.c, b.v
      from jsonb_to_recordset(p_batch) as i (
        ticker text, round integer, fetched_at timestamptz, t float8[], o float8[], h float8[], l float8[], c float8[], v float8[]
      )
      cross join lateral unnest(i.t, i.o, i.h, i.l, i.c, i.v) as b (t, o, h, l, c, v)
      join public.equity_data e on e.ticker = i.ticker and e."timestamp" = to_timestamp(b.t / 1000.0)
      where i.round = p_round
        and to_timestamp(b.t / 1000.0) < (i.fetched_at at time zone 'America/New_York')::date::timestamp at time zone 'America/New_York'
        and e.updated_at <= i.fetched_at and b.c > 0 and e.close > 0
        and (e.open, e.high, e.low, e.close, e.volume) is distinct from (b.o, b.h, b.l, b.c, b.v)
    ),
    factor as (
      select p.ticker, p.fetched_at, max(p.date) as newest, percentile_cont(0.5) within group (order by p.ec / p.c) as r, count(*) as count,
        sum(p.v) as told_volume, sum(p.ev) as stored_volume
      from pair p group by p.ticker, p.fetched_at having count(*) >= 3
    )
    select f.ticker, f.fetched_at, f.newest, f.r
    from factor f
    cross join lateral (
      select count(*) as count from pair p
      where p.ticker = f.ticker and p.fetched_at = f.fetched_at
        and abs(p.eo - p.o * f.r) <= greatest(0.002 * p.eo, 0.0051 * f.r) and abs(p.eh - p.h * f.r) <= greatest(0.002 * p.eh, 0.0051 * f.r)
        and abs(p.el - p.l * f.r) <= greatest(0.002 * p.el, 0.0051 * f.r) and abs(p.ec - p.c * f.r) <= greatest(0.002 * p.ec, 0.0051 * f.r)
        and abs(p.v - p.ev * f.r) <= greatest(1, 0.01 * p.v)
    ) fitting
    where abs(f.r - 1) >= 0.005 and fitting.count >= 0.9 * f.count
      -- Volumes of a few shares fit any small factor: all together have to have moved with it.
      and abs(f.told_volume - f.stored_volume * f.r) <= 0.25 * abs(f.r - 1) * f.stored_volume and f.stored_volume > 0
    order by f.ticker
  loop
    select coalesce(min(q.p / q.q) , v_found.r) into v_ratio from (
      select round(v_found.r * n.q) as p, n.q::double precision as q from generate_series(1, 20) as n (q)
      where round(v_found.r * n.q) >= 1 and abs(round(v_found.r * n.q) / n.q - v_found.r) <= 0.00002 * v_found.r
      order by n.q limit 1
    ) q;
    select min(c.session_date) into v_date from public.session_coverage c
    where c.ticker = v_found.ticker and c.session_date > v_found.newest and c.candles > 0;
    v_date := coalesce(v_date, (v_found.fetched_at at time zone 'America/New_York')::date);
    -- The basis has changed by the open of that day: what was read since then is on the new one.
    select least(c.opens_at, v_found.fetched_at) into v_basis from public.session_coverage c
    where c.ticker = v_found.ticker and c.session_date = v_date;
    insert into public.splits (ticker, split_date, ratio, noticed_at, basis_since, rest_until)
    values (
      v_found.ticker, v_date, v_ratio, v_found.fetched_at, coalesce(v_basis, v_found.fetched_at),
      v_date::timestamp at time zone 'America/New_York'
    )
    on conflict do nothing;
    if found then
      perform public.apply_split(v_found.ticker, v_date, p_as_of);
    end if;
  end loop;
end
$$;

-- As before, and: an answer that shows a split brings what is stored to its basis first, and one from before a split is itself
-- brought to the new basis. The first bars of a session that lie far from the close before ask for another read of the session
-- before: if the prices were split, it will show.
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
  -- Sessions that get their first bars.
  f_ticker text[];
  f_date date[];
begin
  perform public.notice_splits(p_batch, p_round, p_as_of);

  with bar as (
    select i.ticker, to_timestamp(b.t / 1000.0) as at, i.fetched_at,
      b.o / coalesce(s.ratio, 1) as o, b.h / coalesce(s.ratio, 1) as h, b.l / coalesce(s.ratio, 1) as l, b.c / coalesce(s.ratio, 1) as c,
      b.v * coalesce(s.ratio, 1) as v
    from jsonb_to_recordset(p_batch) as i (
      ticker text, round integer, fetched_at timestamptz, t float8[], o float8[], h float8[], l float8[], c float8[], v float8[]
    )
    cross join lateral unnest(i.t, i.o, i.h, i.l, i.c, i.v) as b (t, o, h, l, c, v)
    left join lateral (
      select x.ratio from public.splits x
      where x.ticker = i.ticker and i.fetched_at < x.basis_since
        and to_timestamp(b.t / 1000.0) < x.split_date::timestamp at time zone 'America/New_York'
      order by x.split_date desc limit 1
    ) s on true
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

  select array_agg(w.ticker), array_agg(w.date) into f_ticker, f_date
  from unnest(w_ticker, w_date) as w (ticker, date)
  join public.session_coverage c on c.ticker = w.ticker and c.session_date = w.date and c.candles = 0;

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
      recheck_since = case when j.audit and j.fetched_at >= c.recheck_since then null else c.recheck_since end,
      completed_at = case when j.proven then j.fetched_at when j.changed then null else c.completed_at end
  from judged j
  where c.ticker = j.ticker and c.session_date = j.date;

  -- First bars that lie far from a close that was read before them.
  update public.session_coverage c
  set recheck_since = greatest(c.recheck_since, f.fetched_at)
  from unnest(f_ticker, f_date) as w (ticker, date)
  join (
    select distinct i.ticker, i.fetched_at from jsonb_to_recordset(p_batch) as i (ticker text, round integer, fetched_at timestamptz)
    where i.round = p_round
  ) f on f.ticker = w.ticker
  cross join lateral (
    select e.open from public.equity_data e
    where e.ticker = w.ticker and e."timestamp" >= w.date::timestamp at time zone 'America/New_York'
    order by e."timestamp" limit 1
  ) opening
  cross join lateral (
    select e.close, e.updated_at, (e."timestamp" at time zone 'America/New_York')::date as date from public.equity_data e
    where e.ticker = w.ticker and e."timestamp" < w.date::timestamp at time zone 'America/New_York'
    order by e."timestamp" desc limit 1
  ) before
  where before.updated_at < f.fetched_at and opening.open > 0 and before.close > 0
    and greatest(opening.open / before.close, before.close / opening.open) > 1.04
    and c.ticker = w.ticker and c.session_date = before.date;

  return query
  select x.ticker, sum(x.count)::bigint from unnest(w_ticker, w_count) as x (ticker, count) group by x.ticker;
end
$$;

-- As in the migration of the writer, and: the next part of a history that is still on the basis of before a split is brought to the new one.
create or replace function public.ingest_candles(p_batch jsonb, p_as_of timestamptz)
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
  perform public.apply_split(s.ticker, s.split_date, p_as_of)
  from public.splits s where s.ticker = any (v_tickers) and s.rest_until is not null order by s.ticker, s.split_date;
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

-- As before, and:
--   incomplete, unsettled   […, wanted]: another read is wanted now, whatever was read before
--   dirty                   also tickers of which a part is still on the basis of before a split
--   splits                  [[ticker, date, ratio, noticed at], …]: all is on the new basis, and nobody was told yet
create or replace function public.begin_tick(
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
        k.suspect, date_part('epoch', k.agreed_since), coalesce(k.session_date < touched.newest, false), k.recheck_since is not null
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
        where r.ticker = any (v_tickers) and (
          r.dirty_from is not null and r.dirty_at < p_dirty_before
          or exists (select from public.splits s where s.ticker = r.ticker and s.rest_until is not null)
        )
      ), '[]'),
      'splits', coalesce((
        select json_agg(json_build_array(s.ticker, s.split_date, s.ratio, date_part('epoch', s.noticed_at)) order by s.ticker, s.split_date)
        from public.splits s
        where s.ticker = any (v_tickers) and s.rest_until is null and not exists (
          select from public.notices n where n.key = 'split-applied:' || s.ticker || ':' || s.split_date and n.published_at is not null
        )
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


revoke execute on function public.apply_split(text, date, timestamptz) from public, anon, authenticated;
revoke execute on function public.notice_splits(jsonb, integer, timestamptz) from public, anon, authenticated;
grant execute on function public.apply_split(text, date, timestamptz) to service_role;
grant execute on function public.notice_splits(jsonb, integer, timestamptz) to service_role;
