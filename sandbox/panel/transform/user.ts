import type { UserRow } from '../rows.ts'
import { define, many, type Shape } from './fractal.ts'

export const USER: Shape<UserRow> = define('user', {
  object: 'user',
  attributes: (row) => ({
    id: row.id,
    external_id: row.external_id,
    uuid: row.uuid,
    username: row.username,
    email: row.email,
    first_name: row.first_name,
    last_name: row.last_name,
    language: row.language,
    root_admin: row.root_admin,
    '2fa': false,
    created_at: row.created_at,
    updated_at: row.updated_at,
  }),
  includes: {
    servers: many('servers', 'server', (row, { world }) => world.store.servers.where('owner', row.id)),
  },
})
