-- What the dashboard is told besides: minutes that nobody can read, and splits.

-- As before, and:
--   unreadable   minutes that the broker speaks of and whose numbers cannot be read
--   split        new shares for an old one, where a split took effect with this session
create or replace view public.chart_sessions with (security_invoker = true) as
select
  c.ticker, c.session_date, c.opens_at, c.closes_at, c.covered_until, c.candles, c.audits, c.completed_at,
  before.close as previous_close, inside.bars, inside.updated_at, inside.revision, c.unreadable,
  (select s.ratio from public.splits s where s.ticker = c.ticker and s.split_date = c.session_date) as split
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

-- As before, and each cell ends with the number of unreadable minutes.
create or replace view public.coverage_days with (security_invoker = true) as
select
  c.session_date, count(*)::integer as tickers, count(c.completed_at)::integer as complete, sum(c.candles)::integer as candles,
  sum(c.audits)::integer as audits,
  json_agg(json_build_array(
    c.ticker, c.candles, c.completed_at is not null, date_part('epoch', c.covered_until), c.audits, cardinality(c.unreadable)
  ) order by c.ticker) as cells
from public.session_coverage c
group by c.session_date;
