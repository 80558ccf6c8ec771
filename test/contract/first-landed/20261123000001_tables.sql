-- The tables of the pipeline. Plain Postgres: the same files run on hosted Supabase, on PGlite and on a bare server
-- that has the roles anon, authenticated and service_role.
--
-- Rules for every migration here:
--   * Times come in as arguments. No now() in a function: the whole stack may live in simulated time.
--   * Whoever writes a ticker's rows first locks its row in ticker_revision, several tickers in ticker order. So no two
--     writers deadlock, and a statement that follows the lock sees everything the writer before it has committed.
--   * Every function answers with one json value, because row sets are cut at 1,000 rows on the way out.
--   * Prices are double precision, as they were sent: rounding loses crosses.

create table public.equity_data (
  ticker text not null,
  "timestamp" timestamptz not null,
  open double precision not null,
  high double precision not null,
  low double precision not null,
  close double precision not null,
  price double precision generated always as (close) stored,
  volume double precision not null,
  source text not null default 'schwab',
  updated_at timestamptz not null,
  primary key (ticker, "timestamp"),
  -- NaN sorts above Infinity, so one comparison refuses both.
  constraint equity_data_finite check (
    open > '-Infinity' and open < 'Infinity' and high < 'Infinity' and low > '-Infinity'
    and close > '-Infinity' and close < 'Infinity' and volume < 'Infinity'
  ),
  constraint equity_data_range check (high >= low),
  constraint equity_data_volume check (volume >= 0),
  constraint equity_data_minute check (date_trunc('minute', "timestamp") = "timestamp")
);
comment on column public.equity_data."timestamp" is 'the open of the bar';
comment on column public.equity_data.updated_at is 'when the broker was read, not when the row was written';
comment on column public.equity_data.price is 'close, for readers of the former table';

create table public.indicators (
  ticker text not null,
  "timestamp" timestamptz not null,
  sma9 double precision,
  vwap double precision,
  ema12 double precision,
  ema26 double precision,
  macd double precision,
  macd_signal double precision,
  macd_histogram double precision,
  rsi14 double precision,
  bb_upper double precision,
  bb_middle double precision,
  bb_lower double precision,
  atr14 double precision,
  "cross" smallint not null check ("cross" in (-1, 0, 1)),
  revision bigint not null,
  primary key (ticker, "timestamp")
);
comment on column public.indicators."cross" is '1 where SMA9 goes above VWAP at this bar, -1 where it goes below, else 0';
comment on column public.indicators.revision is 'the revision of the candles that the values were last changed for';

create table public.session_coverage (
  ticker text not null,
  session_date date not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null check (closes_at > opens_at),
  covered_until timestamptz,
  candles integer not null default 0,
  audits integer not null default 0,
  first_audit_at timestamptz,
  last_audit_at timestamptz,
  claimed_until timestamptz,
  completed_at timestamptz,
  primary key (ticker, session_date)
);
comment on column public.session_coverage.covered_until is 'the end of the last bar that was returned; never goes back';
comment on column public.session_coverage.completed_at is 'when the read that proved the session complete was made';

create table public.ticker_revision (
  ticker text primary key,
  revision bigint not null default 0,
  dirty_from timestamptz,
  dirty_to timestamptz,
  dirty_at timestamptz,
  quarantined_until timestamptz
);
comment on table public.ticker_revision is 'the revision of a ticker''s candles, and the first and last bar whose indicators are still to be computed';

create table public.request_budget (
  minute timestamptz primary key,
  used integer not null default 0,
  backfill_used integer not null default 0
);

create table public.scheduler_ticks (
  minute timestamptz primary key,
  claimed_at timestamptz not null
);

-- The token itself is never here. Dead means: the current version of the secret is dead_version.
create table public.token_state (
  singleton boolean primary key default true check (singleton),
  lease_holder text,
  lease_until timestamptz,
  dead_version text,
  access_expires_at timestamptz,
  refresh_expires_at timestamptz
);
insert into public.token_state default values;

create table public.outages (
  id text primary key,
  reason text not null,
  started_at timestamptz not null,
  announced_at timestamptz,
  reauthorized_at timestamptz,
  restored_at timestamptz,
  parked integer not null default 0,
  redriven integer not null default 0,
  missing integer
);

create table public.pipeline_status (
  component text primary key,
  status jsonb not null,
  updated_at timestamptz not null
);
