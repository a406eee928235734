import type { NestRow } from '../rows.ts'
import { define, many, type Shape } from './fractal.ts'

export const NEST: Shape<NestRow> = define('nest', {
  object: 'nest',
  attributes: ({ id, uuid, author, name, description, created_at, updated_at }) => ({
    id,
    uuid,
    author,
    name,
    description,
    created_at,
    updated_at,
  }),
  includes: {
    eggs: many('eggs', 'egg', (row, { world }) => world.store.eggs.where('nest', row.id)),
    servers: many('servers', 'server', (row, { world }) => world.store.servers.all().filter((server) => server.nest_id === row.id)),
  },
})
