-- An outage is named for the version that died, so that its death can be told while the database is down, and begins when the prices
-- stopped, though the database may hear of it days later.

drop function public.mark_dead(text, text, text, timestamptz, text);

-- A version is dead. Opens an outage that began at p_since and is called p_id, or p_id-2, … when that has been before, or joins the one that is open, also when the version has died before: somebody
-- has made it current again. p_seen is the proven version that the verdict knew of ('' for none, null to leave it open):
-- when another one has been proven since, the verdict is void and the outage null. {outage, opened}
create function public.mark_dead(
  p_id text, p_version text, p_reason text, p_now timestamptz, p_since timestamptz, p_seen text default null
)
returns json
language plpgsql volatile
set search_path = ''
as $$
declare
  v_state public.token_state;
  v_open text;
  v_before integer;
  v_id text := p_id;
begin
  select s.* into strict v_state from public.token_state s for update;
  if coalesce(v_state.proven_version, '') <> p_seen then
    return json_build_object('outage', null, 'opened', false);
  end if;
  select o.id into v_open from public.outages o where o.reauthorized_at is null;
  if v_open is not null and v_state.dead_version = p_version then
    return json_build_object('outage', public.read_outage(v_open), 'opened', false);
  end if;
  if v_open is null then
    select count(*) into v_before from public.outages o where o.id = p_id or starts_with(o.id, p_id || '-');
    if v_before > 0 then
      v_id := p_id || '-' || v_before + 1;
    end if;
    insert into public.outages (id, reason, started_at) values (v_id, p_reason, least(p_since, p_now));
  end if;
  insert into public.token_history (at, what, version, outage_id) values (p_now, 'died', p_version, coalesce(v_open, v_id));
  update public.token_state set dead_version = p_version;
  return json_build_object('outage', public.read_outage(coalesce(v_open, v_id)), 'opened', v_open is null);
end
$$;

revoke execute on function public.mark_dead(text, text, text, timestamptz, timestamptz, text) from public, anon, authenticated;
grant execute on function public.mark_dead(text, text, text, timestamptz, timestamptz, text) to service_role;
