import type pg from 'pg'

const QUESTIONS = {
  functions: `select p.oid::regprocedure::text as name, pg_get_functiondef(p.oid) as text, p.proacl::text as rights,
    obj_description(p.oid) as comment from pg_proc p where p.pronamespace = 'public'::regnamespace order by 1`,
  views: `select relname, pg_get_viewdef(oid) as text, reloptions, obj_description(oid) as comment
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm') order by 1`,
  columns: `select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull, a.attgenerated, a.attidentity,
    pg_get_expr(d.adbin, d.adrelid) as value, col_description(c.oid, a.attnum) as comment
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v') order by 1, 2`,
  relations: `select c.relname, c.relkind, c.relrowsecurity, obj_description(c.oid) as comment,
    (select array_agg(x order by x) from unnest(c.relacl::text[]) x) as rights
    from pg_class c where c.relnamespace = 'public'::regnamespace order by 1`,
  constraints: `select conrelid::regclass::text as relation, conname, pg_get_constraintdef(oid) as text
    from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`,
  indexes: `select indexname, indexdef from pg_indexes where schemaname = 'public' order by 1`,
  policies: `select tablename, policyname, roles::text, cmd, qual, with_check from pg_policies where schemaname = 'public' order by 1, 2`,
  triggers: `select tgrelid::regclass::text as relation, pg_get_triggerdef(oid) as text from pg_trigger where not tgisinternal order by 1, 2`,
  published: `select tablename from pg_publication_tables order by 1`,
  defaults: `select defaclobjtype, defaclacl::text as rights from pg_default_acl order by 1`,
} as const

/** Everything of a schema that a migration can make, without what depends on the order in which it was made. */
export const schemaFacts = async (owner: pg.Client): Promise<Readonly<Record<string, readonly unknown[]>>> => {
  const facts: Record<string, readonly unknown[]> = {}
  for (const [name, sql] of Object.entries(QUESTIONS)) facts[name] = (await owner.query(sql)).rows
  return facts
}
