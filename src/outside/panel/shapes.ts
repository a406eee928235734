import { z } from 'zod'
import type { PanelAllocation, PanelEgg, PanelLocation, PanelNode, PanelServer, PanelUser } from './types.ts'

/** The panel's JSON: unknown keys are let pass and left behind, needed ones are strict, and what comes out is ours. */
const id = z.number().int()
const object = <T extends z.ZodRawShape>(shape: T) => z.object({ attributes: z.object(shape) })
const listOf = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item) })
/** A relation that the key may not read comes as null_resource, without data. */
const related = <T extends z.ZodType>(item: T) => z.object({ data: z.array(item).optional() }).optional()
const rows = <T>(relation: { data?: T[] } | undefined): T[] => relation?.data ?? []

export const userShape = object({
  id,
  external_id: z.string().nullable(),
  uuid: z.string(),
  username: z.string(),
  email: z.string(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  language: z.string().default('en'),
  root_admin: z.boolean(),
}).transform(
  ({ attributes: one }): PanelUser => ({
    id: one.id,
    externalId: one.external_id,
    uuid: one.uuid,
    username: one.username,
    email: one.email,
    firstName: one.first_name ?? '',
    lastName: one.last_name ?? '',
    rootAdmin: one.root_admin,
    language: one.language,
  }),
)

const allocationWire = object({ id, ip: z.string(), alias: z.string().nullable(), port: id, assigned: z.boolean() })
export const allocationShape = allocationWire.transform(
  ({ attributes: one }): PanelAllocation => ({ id: one.id, ip: one.ip, alias: one.alias, port: one.port, assigned: one.assigned }),
)

const amount = z.number()
export const serverShape = object({
  id,
  external_id: z.string().nullable(),
  uuid: z.string(),
  identifier: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  status: z.string().nullable(),
  suspended: z.boolean(),
  limits: z.object({ memory: amount, swap: amount, disk: amount, io: amount, cpu: amount }),
  // null means unlimited databases, and no extra allocations; -1 keeps that apart from 0.
  feature_limits: z.object({
    databases: amount.nullable(),
    allocations: amount.nullable(),
    backups: amount.nullable(),
  }),
  user: id,
  node: id,
  allocation: id,
  egg: id,
  container: z.object({ environment: z.record(z.string(), z.unknown()).or(z.array(z.never())) }),
  created_at: z.iso.datetime({ offset: true }),
  relationships: z.object({ allocations: related(allocationWire) }).optional(),
}).transform(
  ({ attributes: one }): PanelServer => ({
    id: one.id,
    externalId: one.external_id,
    uuid: one.uuid,
    identifier: one.identifier,
    name: one.name,
    description: one.description ?? '',
    status: one.status,
    suspended: one.suspended,
    limits: {
      memory: one.limits.memory,
      swap: one.limits.swap,
      disk: one.limits.disk,
      io: one.limits.io,
      cpu: one.limits.cpu,
    },
    featureLimits: {
      databases: one.feature_limits.databases ?? -1,
      allocations: one.feature_limits.allocations ?? 0,
      backups: one.feature_limits.backups ?? 0,
    },
    userId: one.user,
    nodeId: one.node,
    allocationId: one.allocation,
    eggId: one.egg,
    environment: Object.fromEntries(Object.entries(one.container.environment).map(([name, value]) => [name, String(value ?? '')])),
    allocations: rows(one.relationships?.allocations).map(({ attributes }) => ({
      id: attributes.id,
      ip: attributes.ip,
      alias: attributes.alias,
      port: attributes.port,
    })),
    createdAt: new Date(one.created_at),
  }),
)

export const locationShape = object({ id, short: z.string(), long: z.string().nullable() }).transform(
  ({ attributes: one }): PanelLocation => ({ id: one.id, short: one.short, long: one.long ?? '' }),
)

export const nodeShape = object({
  id,
  uuid: z.string(),
  name: z.string(),
  location_id: id,
  fqdn: z.string(),
  public: z.boolean(),
  maintenance_mode: z.boolean(),
  memory: amount,
  memory_overallocate: amount,
  disk: amount,
  disk_overallocate: amount,
}).transform(
  ({ attributes: one }): PanelNode => ({
    id: one.id,
    uuid: one.uuid,
    name: one.name,
    locationId: one.location_id,
    fqdn: one.fqdn,
    public: one.public,
    maintenance: one.maintenance_mode,
    memoryMb: one.memory,
    memoryOverallocate: one.memory_overallocate,
    diskMb: one.disk,
    diskOverallocate: one.disk_overallocate,
  }),
)

const variableWire = object({ env_variable: z.string(), name: z.string(), default_value: z.string().nullable(), rules: z.string() })
const eggShape = object({
  id,
  nest: id,
  name: z.string(),
  docker_image: z.string(),
  startup: z.string().nullable(),
  // Without its variables a recipe cannot be checked: a key that may not read them is an error, not an empty list.
  relationships: z.object({ variables: listOf(variableWire) }),
}).transform(
  ({ attributes: one }): PanelEgg => ({
    id: one.id,
    nestId: one.nest,
    name: one.name,
    dockerImage: one.docker_image,
    startup: one.startup ?? '',
    variables: one.relationships.variables.data.map(({ attributes: variable }) => ({
      envVariable: variable.env_variable,
      name: variable.name,
      defaultValue: variable.default_value ?? '',
      rules: variable.rules,
    })),
  }),
)
export const nestShape = object({ id }).transform(({ attributes }) => attributes.id)
export const eggListShape = listOf(eggShape).transform((list) => list.data)

export const pageShape = <T extends z.ZodType>(item: T) =>
  z
    .looseObject({
      data: z.array(item),
      meta: z.object({ pagination: z.object({ current_page: id, total_pages: id }) }),
    })
    .transform((page) => ({
      items: page.data,
      last: page.meta.pagination.current_page >= page.meta.pagination.total_pages,
    }))

export const nothingShape = z.unknown().transform(() => undefined)
export const resourcesShape = object({ current_state: z.string() }).transform(({ attributes }) => attributes.current_state)
