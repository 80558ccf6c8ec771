-- A refresh of the token asked the database twelve times. Whoever records a proven version is told what is known of the token after it, and
-- the state says when there was last something to tell people, so that nobody reads the history to find that there is nothing.

-- Most entries are refreshes that ended no outage.
create index token_history_news on public.token_history (at) where what <> 'died' and (what <> 'refresh' or outage_id is not null);

-- {dead_version, proven_version, logged_in_at, news_at, outages}: the outages are those that are not restored, oldest first.
create or replace function public.read_token_state()
returns json
language sql stable
set search_path = ''
as $$
  select json_build_object(
    'dead_version', s.dead_version,
    'proven_version', s.proven_version,
    'logged_in_at', date_part('epoch', s.logged_in_at),
    'news_at', (
      select date_part('epoch', max(h.at)) from public.token_history h
      where h.what <> 'died' and (h.what <> 'refresh' or h.outage_id is not null)
    ),
    'outages', coalesce((
      select json_agg(public.read_outage(o.id) order by o.started_at, o.reauthorized_at nulls last)
      from public.outages o where o.restored_at is null
    ), '[]')
  )
  from public.token_state s
$$;

-- A version was proven by a data call and is current. Ends the open outage, unless this very version has been found dead
-- since. {ended, state}: the outage that this call ended, or null, and what read_token_state says after it
create or replace function public.record_proven(
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
    return json_build_object('ended', null, 'state', public.read_token_state());
  end if;
  update public.token_state
  set proven_version = p_version, logged_in_at = p_logged_in_at, access_expires_at = p_access_expires_at,
      refresh_expires_at = p_refresh_expires_at;
  update public.outages set reauthorized_at = p_now where reauthorized_at is null returning id into v_ended;
  if v_ended is not null or v_state.proven_version is distinct from p_version then
    insert into public.token_history (at, what, version, outage_id) values (p_now, p_how, p_version, v_ended);
  end if;
  delete from public.token_history h where h.what <> 'died' and h.at < p_now - interval '90 days';
  return json_build_object('ended', public.read_outage(v_ended), 'state', public.read_token_state());
end
$$;
