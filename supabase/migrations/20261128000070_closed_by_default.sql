-- A hosted project gives the browser's key every right on what is made in public. What the files before took back one by one is taken back
-- for whatever comes later. A function is open to everybody by PostgreSQL's own default, which no schema can change: each file revokes it.
revoke all on all sequences in schema public from public, anon, authenticated;
alter default privileges in schema public revoke all on tables from anon, authenticated;
alter default privileges in schema public revoke all on sequences from anon, authenticated;
alter default privileges in schema public revoke all on functions from anon, authenticated;

-- The sessions of one ticker, newest first, each with all its bars. A view gave a thousand sessions of all tickers to one request, some
-- sixty megabytes: a function can demand a ticker and a number. previous_close: the last close that is stored from before the session.
-- unreadable: minutes that the broker speaks of and whose numbers cannot be read. split: new shares for an old one, with this session.
drop view public.chart_sessions;
create function public.chart_sessions(p_ticker text, p_count integer, p_until date default null)
returns json
language sql stable
set search_path = ''
as $$
  select coalesce(json_agg(s order by s.session_date desc), '[]')
  from (
    select
      c.ticker, c.session_date, c.opens_at, c.closes_at, c.covered_until, c.candles, c.audits, c.completed_at,
      before.close as previous_close, inside.bars, inside.updated_at, inside.revision, c.unreadable,
      (select r.ratio from public.splits r where r.ticker = c.ticker and r.split_date = c.session_date) as split
    from (
      select n.* from public.session_coverage n
      where n.ticker = p_ticker and (p_until is null or n.session_date <= p_until)
      order by n.session_date desc limit greatest(0, least(p_count, 30))
    ) c
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
    ) inside
  ) s;
$$;
revoke execute on function public.chart_sessions(text, integer, date) from public, anon, authenticated;
grant execute on function public.chart_sessions(text, integer, date) to anon, authenticated, service_role;
