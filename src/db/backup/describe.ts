import pg from 'pg'
import type { Manifest } from './manifest.ts'

/** Schemas of the shop. Jobs (`pgboss`) are left out: a restored shop finds its work by looking, not by old wake-ups. */
const SCHEMAS = ['public', 'auth']

export type TableShape = Pick<Manifest['tables'][number], 'schema' | 'name' | 'columns'>

export const nameOf = ({ schema, name }: { schema: string; name: string }): string =>
  `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`

export const columnsOf = ({ columns }: TableShape): string => columns.map((column) => pg.escapeIdentifier(column)).join(', ')

/** So that what is written at one time and place is read the same at another. */
export const PLAINLY = `set client_encoding = 'UTF8'; set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 3`

/** Every table of ours, without partitions, which are read through their parent; each after those that it points at. */
export async function tablesInOrder(client: pg.Client): Promise<TableShape[]> {
  const { rows } = await client.query<TableShape & { points_at: string[]; id: string }>(
    `select c.oid::text as id, n.nspname as schema, c.relname as name,
      (select array_agg(a.attname order by a.attnum)::text[] from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select coalesce(array_agg(k.confrelid::text), '{}') from pg_constraint k
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as points_at
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition
      and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
    order by 2, 3`,
    [SCHEMAS],
  )
  const done = new Set<string>()
  const order: TableShape[] = []
  let waiting = rows
  while (waiting.length > 0) {
    const ready = waiting.filter((table) => table.points_at.every((id) => done.has(id)))
    if (ready.length === 0) throw new Error(`tables point at each other in a circle: ${waiting.map((table) => table.name).join(', ')}`)
    for (const { id, schema, name, columns } of ready) {
      done.add(id)
      order.push({ schema, name, columns })
    }
    waiting = waiting.filter((table) => !done.has(table.id))
  }
  return order
}

/** Partitions that hold rows, outermost parents first. Those of a partition are made by the migrations. */
export async function partitions(client: pg.Client): Promise<Manifest['partitions']> {
  const { rows } = await client.query<Manifest['partitions'][number]>(
    `select i.inhparent::regclass::text as parent, c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds
    from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and c.relispartition order by 1, 2`,
  )
  return rows
}

export async function sequences(client: pg.Client): Promise<Manifest['sequences']> {
  const { rows: named } = await client.query<{ schema: string; name: string }>(
    `select n.nspname as schema, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any($1) and c.relkind = 'S' order by 1, 2`,
    [SCHEMAS],
  )
  const found: Manifest['sequences'] = []
  for (const one of named) {
    const { rows } = await client.query<{ last: number; called: boolean }>(
      `select last_value as last, is_called as called from ${nameOf(one)}`,
    )
    found.push({ ...one, last: rows[0]?.last ?? 1, called: rows[0]?.called ?? false })
  }
  return found
}
