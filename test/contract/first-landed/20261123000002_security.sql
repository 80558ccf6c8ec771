-- Who may do what. The browser's key (anon) reads what the dashboard shows and nothing else; only service_role writes.
-- A hosted project gives anon and authenticated every right on new tables by default, so they are taken away first.
-- Row level security stands behind the grants: @supabase/lite grants everything to every role when it opens.

alter table public.equity_data enable row level security;
alter table public.indicators enable row level security;
alter table public.session_coverage enable row level security;
alter table public.ticker_revision enable row level security;
alter table public.request_budget enable row level security;
alter table public.scheduler_ticks enable row level security;
alter table public.token_state enable row level security;
alter table public.outages enable row level security;
alter table public.pipeline_status enable row level security;

grant usage on schema public to anon, authenticated, service_role;

revoke all on
  public.equity_data, public.indicators, public.session_coverage, public.ticker_revision, public.request_budget,
  public.scheduler_ticks, public.token_state, public.outages, public.pipeline_status
from public, anon, authenticated;

grant select, insert, update, delete on
  public.equity_data, public.indicators, public.session_coverage, public.ticker_revision, public.request_budget,
  public.scheduler_ticks, public.token_state, public.outages, public.pipeline_status
to service_role;

grant select on
  public.equity_data, public.indicators, public.session_coverage, public.outages, public.pipeline_status
to anon, authenticated;

create policy "the dashboard reads" on public.equity_data for select to anon, authenticated using (true);
create policy "the dashboard reads" on public.indicators for select to anon, authenticated using (true);
create policy "the dashboard reads" on public.session_coverage for select to anon, authenticated using (true);
create policy "the dashboard reads" on public.outages for select to anon, authenticated using (true);
create policy "the dashboard reads" on public.pipeline_status for select to anon, authenticated using (true);
