import type { VariableRow } from '../rows.ts'
import type { Item } from './fractal.ts'

/** Variables are the one thing whose times the panel writes with microseconds. */
export const microseconds = (at: string): string => new Date(at).toISOString().replace(/\.\d+Z$/, '.000000Z')

export const variableItem = (row: VariableRow): Item => ({
  object: 'egg_variable',
  attributes: {
    id: row.id,
    egg_id: row.egg_id,
    name: row.name,
    description: row.description,
    env_variable: row.env_variable,
    default_value: row.default_value,
    user_viewable: row.user_viewable,
    user_editable: row.user_editable,
    rules: row.rules,
    created_at: microseconds(row.created_at),
    updated_at: microseconds(row.updated_at),
  },
})
