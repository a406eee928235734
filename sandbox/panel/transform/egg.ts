import type { EggRow } from '../rows.ts'
import { define, type Item, many, one, type Shape } from './fractal.ts'
import { variableItem } from './variable.ts'

export const EGG: Shape<EggRow> = define('egg', {
  object: 'egg',
  attributes: (row) => ({
    id: row.id,
    uuid: row.uuid,
    name: row.name,
    nest: row.nest_id,
    author: row.author,
    description: row.description,
    docker_image: Object.values(row.docker_images)[0] ?? '',
    docker_images: row.docker_images,
    config: row.config,
    startup: row.startup,
    script: row.script,
    created_at: row.created_at,
    updated_at: row.updated_at,
  }),
  includes: {
    nest: one('nests', 'nest', (row, { world }) => world.store.nests.get(row.nest_id)),
    servers: many('servers', 'server', (row, { world }) => world.store.servers.where('egg', row.id)),
    // Both are shown only by an egg that takes them from another one.
    config: { needs: null, make: (row) => (row.config.extends === null ? null : nameless({ ...row.config, file_denylist: undefined })) },
    script: { needs: null, make: (row) => (row.script.extends === null ? null : nameless(row.script)) },
    variables: { needs: 'eggs', make: (row) => ({ object: 'list', data: row.variables.map(variableItem) }) },
  },
})

const nameless = (attributes: Record<string, unknown>): Item => ({ object: '', attributes: { ...attributes, extends: undefined } })
