import type { NestRow } from '../rows.ts'
import { EGG } from './egg.ts'
import { many, type Shape } from './fractal.ts'
import { SERVER } from './server.ts'

export const NEST: Shape<NestRow> = {
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
    eggs: many(
      'eggs',
      () => EGG,
      (row, { world }) => world.store.eggs.where('nest', row.id),
    ),
    servers: many(
      'servers',
      () => SERVER,
      (row, { world }) => world.store.servers.all().filter((server) => server.nest_id === row.id),
    ),
  },
}
