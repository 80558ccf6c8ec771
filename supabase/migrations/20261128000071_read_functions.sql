-- What kite doctor compares with the files: [{name, body}] of the schema's own functions, without those of extensions.
create function public.read_functions()
returns json
language sql stable
set search_path = ''
as $$
  select coalesce(json_agg(json_build_object('name', p.proname, 'body', p.prosrc) order by p.proname, p.oid), '[]')
  from pg_catalog.pg_proc p
  where p.pronamespace = 'public'::regnamespace
    and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e');
$$;
revoke execute on function public.read_functions() from public, anon, authenticated;
grant execute on function public.read_functions() to service_role;
