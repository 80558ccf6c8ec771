-- What is held against a ticker, or against one session of it, by repeated evidence: see docs/verdicts.md. The rules by which evidence
-- becomes a verdict are the scheduler's (shared/domain/verdicts.ts); here is what it remembers.
--
--   unknown_symbol   Schwab answers that there is no such symbol
--   refused_data     Schwab refuses the ticker's data, with a token that is good for others
--   refused_request  Schwab takes the request for this one session for wrong
--   silence          in session no bar comes, for longer than this ticker is ever without one
create table public.verdicts (
  kind text not null check (kind in ('unknown_symbol', 'refused_data', 'refused_request', 'silence')),
  ticker text not null,
  session_date date,
  first_at timestamptz not null,
  last_at timestamptz not null,
  count integer not null,
  asked_on date[] not null,
  opens_at timestamptz,
  closes_at timestamptz,
  decided_at timestamptz,
  told_at timestamptz,
  ended_at timestamptz,
  unique nulls not distinct (kind, ticker, session_date)
);
comment on column public.verdicts.first_at is 'the first evidence; of a silence: the end of the last bar before it';
comment on column public.verdicts.last_at is 'the newest evidence; of a silence: since when it is watched';
comment on column public.verdicts.asked_on is 'the New York dates of the evidence';
comment on column public.verdicts.decided_at is 'since when the evidence is enough';
comment on column public.verdicts.told_at is 'when people were told';
comment on column public.verdicts.ended_at is 'when it no longer held, and people are still to be told';
comment on column public.ticker_revision.quarantined_until is 'infinity while a verdict sets the ticker aside';

-- The refreshes that a refusal has caused in the last day, so that there are few of them whoever is refused.
create table public.refusal_refreshes (at timestamptz primary key);

alter table public.verdicts enable row level security;
alter table public.refusal_refreshes enable row level security;
revoke all on public.verdicts, public.refusal_refreshes from public, anon, authenticated;
grant select, insert, update, delete on public.verdicts, public.refusal_refreshes to service_role;
grant select on public.verdicts to anon, authenticated;
create policy "the dashboard reads" on public.verdicts for select to anon, authenticated using (true);

-- The former quarantines were verdicts on one answer.
update public.ticker_revision set quarantined_until = null where quarantined_until is not null;
drop function public.quarantine_ticker(text, timestamptz);

-- Adds evidence. p_refusals: [{kind, ticker, date, opens_at, closes_at}, …], each kind, ticker and date once; the last three null for a ticker.
create function public.note_refusals(p_refusals jsonb, p_now timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_today date := (p_now at time zone 'America/New_York')::date;
begin
  insert into public.verdicts as v (kind, ticker, session_date, first_at, last_at, count, asked_on, opens_at, closes_at)
  select r.kind, r.ticker, r.date, p_now, p_now, 1, array[v_today], r.opens_at, r.closes_at
  from jsonb_to_recordset(p_refusals) as r (kind text, ticker text, date date, opens_at timestamptz, closes_at timestamptz)
  order by r.kind, r.ticker, r.date
  on conflict (kind, ticker, session_date) do update
  set last_at = greatest(v.last_at, excluded.last_at),
      first_at = least(v.first_at, excluded.first_at),
      count = v.count + 1,
      asked_on = case when v_today = any (v.asked_on) then v.asked_on else v.asked_on || v_today end;
  return json_build_object('noted', jsonb_array_length(p_refusals));
end
$$;

-- What is known of these tickers:
--   verdicts  [[kind, ticker, date, first_at, last_at, count, asked_on, decided_at, told_at, ended_at, answered_at, traded], …]
--               answered_at  the newest answer that was stored of the ticker, or of the session
--               traded       whether any ticker has a candle of that session
--   rhythms   [[ticker, heard_until, minutes per bar], …]  of those that have a candle. Minutes per bar: in the second thinnest of the last
--             five complete sessions, for one may have had a halt; of the newest session so far where none is complete; null before
--             a quarter of an hour of it
-- Times in epoch seconds.
create function public.read_verdicts(p_tickers jsonb)
returns json
language sql stable
set search_path = ''
as $$
  with asked as (
    select jsonb_array_elements_text(p_tickers) as ticker
  ),
  newest as (
    select a.ticker, c.opens_at, c.covered_until, c.candles
    from asked a
    cross join lateral (
      select * from public.session_coverage s
      where s.ticker = a.ticker and s.candles > 0 order by s.session_date desc limit 1
    ) c
  ),
  rhythm as (
    select
      n.ticker,
      (select max(b."timestamp") + interval '1 minute' from public.equity_data b where b.ticker = n.ticker) as heard_until,
      coalesce(
        (
          select (array_agg(d.per_bar order by d.per_bar desc))[least(count(*), case when count(*) > 2 then 2 else 1 end)]
          from (
            select date_part('epoch', s.closes_at - s.opens_at) / 60 / s.candles as per_bar
            from public.session_coverage s
            where s.ticker = n.ticker and s.completed_at is not null and s.candles > 0
            order by s.session_date desc limit 5
          ) d
        ),
        case when n.covered_until >= n.opens_at + interval '15 minutes'
          then date_part('epoch', n.covered_until - n.opens_at) / 60 / n.candles end
      ) as per_bar
    from newest n
  )
  select json_build_object(
    'verdicts', coalesce((
      select json_agg(json_build_array(
        v.kind, v.ticker, v.session_date, date_part('epoch', v.first_at), date_part('epoch', v.last_at), v.count, v.asked_on,
        date_part('epoch', v.decided_at), date_part('epoch', v.told_at), date_part('epoch', v.ended_at),
        date_part('epoch', case when v.session_date is null then greatest(
          (select max(c.last_audit_at) from public.session_coverage c where c.ticker = v.ticker),
          (select e.updated_at from public.equity_data e where e.ticker = v.ticker order by e."timestamp" desc limit 1)
        ) else (
          select greatest(c.last_audit_at, (
            select max(e.updated_at) from public.equity_data e
            where e.ticker = v.ticker and e."timestamp" >= c.opens_at and e."timestamp" < c.closes_at
          ))
          from public.session_coverage c where c.ticker = v.ticker and c.session_date = v.session_date
        ) end),
        v.session_date is not null and exists (
          select from public.session_coverage c where c.session_date = v.session_date and c.candles > 0
        )
      ) order by v.ticker, v.kind, v.session_date)
      from public.verdicts v where v.ticker in (select a.ticker from asked a)
    ), '[]'),
    'rhythms', coalesce((
      select json_agg(json_build_array(r.ticker, date_part('epoch', r.heard_until), r.per_bar) order by r.ticker) from rhythm r
    ), '[]')
  )
$$;

-- Changes verdicts. p_changes: [{change, kind, ticker, date, at, opens_at, closes_at}, …], date and times null where there are none.
--   begin    a silence since `at` is watched from now on
--   restart  what was before the newest evidence does not count
--   decide   the evidence is enough: the ticker is set aside, or the session is taken for one without trade
--   told     people know
--   end      it no longer holds, which people are to be told
--   drop     it is forgotten
create function public.put_verdicts(p_changes jsonb, p_now timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v record;
begin
  perform public.lock_tickers(array(select c ->> 'ticker' from jsonb_array_elements(p_changes) c));
  for v in
    select * from jsonb_to_recordset(p_changes) as c (
      change text, kind text, ticker text, date date, at timestamptz, opens_at timestamptz, closes_at timestamptz
    )
  loop
    if v.change = 'begin' then
      insert into public.verdicts (kind, ticker, first_at, last_at, count, asked_on)
      values (v.kind, v.ticker, v.at, p_now, 1, array[(p_now at time zone 'America/New_York')::date])
      on conflict do nothing;
    elsif v.change = 'decide' then
      insert into public.verdicts as o (kind, ticker, session_date, first_at, last_at, count, asked_on, opens_at, closes_at, decided_at)
      values (v.kind, v.ticker, v.date, p_now, p_now, 0, '{}', v.opens_at, v.closes_at, p_now)
      on conflict (kind, ticker, session_date) do update set decided_at = coalesce(o.decided_at, excluded.decided_at);
      if v.kind in ('unknown_symbol', 'refused_data') then
        update public.ticker_revision set quarantined_until = 'infinity' where ticker = v.ticker;
      elsif v.kind = 'refused_request' then
        insert into public.session_coverage as c (ticker, session_date, opens_at, closes_at, completed_at)
        values (v.ticker, v.date, v.opens_at, v.closes_at, p_now)
        on conflict (ticker, session_date) do update set completed_at = excluded.completed_at
        where c.candles = 0 and c.completed_at is null;
      end if;
    else
      update public.verdicts o
      set told_at = case when v.change = 'told' then p_now else o.told_at end,
          ended_at = case when v.change = 'end' then p_now else o.ended_at end,
          first_at = case when v.change = 'restart' then o.last_at else o.first_at end,
          count = case when v.change = 'restart' then 1 else o.count end,
          asked_on = case when v.change = 'restart' then array[(o.last_at at time zone 'America/New_York')::date] else o.asked_on end
      where o.kind = v.kind and o.ticker = v.ticker and o.session_date is not distinct from v.date;
      if v.change = 'drop' then
        delete from public.verdicts o where o.kind = v.kind and o.ticker = v.ticker and o.session_date is not distinct from v.date;
      end if;
      update public.ticker_revision r set quarantined_until = null
      where r.ticker = v.ticker and v.change in ('end', 'drop') and r.quarantined_until is not null and not exists (
        select from public.verdicts o
        where o.ticker = v.ticker and o.kind in ('unknown_symbol', 'refused_data') and o.decided_at is not null and o.ended_at is null
      );
    end if;
  end loop;
  return json_build_object('changed', jsonb_array_length(p_changes));
end
$$;

-- A person takes back all that is held against a ticker: it is asked for again at the next tick, and so are its sessions that were
-- taken for closed. {lifted}: how many verdicts there were
create function public.lift_verdicts(p_ticker text)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_lifted integer;
begin
  perform public.lock_tickers(array[p_ticker]);
  update public.session_coverage c set completed_at = null, claimed_until = null
  where c.ticker = p_ticker and c.candles = 0 and c.session_date in (
    select v.session_date from public.verdicts v where v.ticker = p_ticker and v.decided_at is not null
  );
  update public.ticker_revision set quarantined_until = null where ticker = p_ticker and quarantined_until is not null;
  delete from public.verdicts v where v.ticker = p_ticker;
  get diagnostics v_lifted = row_count;
  return json_build_object('lifted', v_lifted);
end
$$;

-- A refresh is wanted because data was refused. {wait}: 0, or how many seconds there is to wait. The second within a day comes ten minutes
-- after the first, each further one after twice the time, up to four hours; a dead token is tried once an hour.
create function public.take_refusal_refresh(p_now timestamptz, p_dead boolean)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_count integer;
  v_next timestamptz;
begin
  perform 1 from public.token_state for update;
  delete from public.refusal_refreshes where at <= p_now - interval '1 day';
  select count(*), max(r.at) + case
    when p_dead then interval '1 hour'
    else least(interval '10 minutes' * power(2, count(*) - 1), interval '4 hours')
  end
  into v_count, v_next from public.refusal_refreshes r;
  if v_count > 0 and p_now < v_next then
    return json_build_object('wait', ceil(date_part('epoch', v_next - p_now)));
  end if;
  insert into public.refusal_refreshes (at) values (p_now) on conflict do nothing;
  return json_build_object('wait', 0);
end
$$;

-- The tick as it was, and what is known of its tickers: `verdicts` and `rhythms`, see read_verdicts.
alter function public.begin_tick(timestamptz, jsonb, jsonb, timestamptz, jsonb, timestamptz, timestamptz) rename to begin_coverage_tick;
create function public.begin_tick(
  p_tick timestamptz, p_tickers jsonb, p_sessions jsonb, p_dirty_before timestamptz,
  p_settle jsonb default '[]', p_settle_before timestamptz default null, p_since timestamptz default null
)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_tick jsonb := public.begin_coverage_tick(
    p_tick, p_tickers, p_sessions, p_dirty_before, p_settle, p_settle_before, p_since
  )::jsonb;
begin
  if not (v_tick ->> 'claimed')::boolean then
    return v_tick;
  end if;
  return v_tick || public.read_verdicts(p_tickers)::jsonb;
end
$$;

-- As before; the subject of what is told of a ticker is the ticker, that of a closed day the date.
create or replace function public.mark_published(p_key text, p_now timestamptz)
returns json
language plpgsql volatile
set search_path = ''
as $$
begin
  update public.notices set published_at = p_now where key = p_key and published_at is null;
  if found then
    insert into public.pipeline_events (at, kind, subject) values (
      p_now, split_part(p_key, ':', 1), case when p_key ~ '^(ticker|day|session)-' then split_part(p_key, ':', 2) else '' end
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

revoke execute on function public.note_refusals(jsonb, timestamptz) from public, anon, authenticated;
revoke execute on function public.read_verdicts(jsonb) from public, anon, authenticated;
revoke execute on function public.put_verdicts(jsonb, timestamptz) from public, anon, authenticated;
revoke execute on function public.lift_verdicts(text) from public, anon, authenticated;
revoke execute on function public.take_refusal_refresh(timestamptz, boolean) from public, anon, authenticated;
revoke execute on function public.begin_tick(timestamptz, jsonb, jsonb, timestamptz, jsonb, timestamptz, timestamptz) from public, anon, authenticated;

grant execute on function public.note_refusals(jsonb, timestamptz) to service_role;
grant execute on function public.read_verdicts(jsonb) to service_role;
grant execute on function public.put_verdicts(jsonb, timestamptz) to service_role;
grant execute on function public.lift_verdicts(text) to service_role;
grant execute on function public.take_refusal_refresh(timestamptz, boolean) to service_role;
grant execute on function public.begin_tick(timestamptz, jsonb, jsonb, timestamptz, jsonb, timestamptz, timestamptz) to service_role;
