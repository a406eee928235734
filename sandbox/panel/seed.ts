import { readFileSync } from 'node:fs'
import { z } from 'zod'

/**
 * What stands in a sandbox panel before anybody calls it. Ids are given, so that a catalogue may name them;
 * uuids, time stamps and texts may be left out and are made up once.
 */
const id = z.number().int().positive()
const when = z.string().optional()

const SeedUser = z.object({
  id,
  uuid: z.string().optional(),
  external_id: z.string().nullable().default(null),
  username: z.string(),
  email: z.string(),
  first_name: z.string().default(''),
  last_name: z.string().default(''),
  language: z.string().default('en'),
  root_admin: z.boolean().default(false),
  /** In the clear here; the panel keeps a scrypt hash. Left out: nobody can log in as this user. */
  password: z.string().optional(),
  created_at: when,
})
const SeedLocation = z.object({ id, short: z.string(), long: z.string().nullable().default(null), created_at: when })
const SeedNode = z.object({
  id,
  uuid: z.string().optional(),
  public: z.boolean().default(true),
  name: z.string(),
  description: z.string().nullable().default(null),
  location_id: id,
  fqdn: z.string().default('127.0.0.1'),
  scheme: z.enum(['http', 'https']).default('http'),
  behind_proxy: z.boolean().default(false),
  maintenance_mode: z.boolean().default(false),
  memory: z.number().int(),
  memory_overallocate: z.number().int().default(0),
  disk: z.number().int(),
  disk_overallocate: z.number().int().default(0),
  upload_size: z.number().int().default(100),
  daemon_listen: z.number().int().default(8080),
  daemon_sftp: z.number().int().default(2022),
  daemon_base: z.string().default('/var/lib/pterodactyl/volumes'),
  daemon_token_id: z.string().optional(),
  daemon_token: z.string().optional(),
  created_at: when,
})
/** A block of allocations of one node and address. Ids count on through the blocks, in their order, from 1. */
const SeedAllocations = z.object({
  node: id,
  ip: z.string(),
  alias: z.string().nullable().default(null),
  /** "25565" or "25565-25664". */
  ports: z.array(z.string().regex(/^\d+(-\d+)?$/)),
})
const SeedNest = z.object({
  id,
  uuid: z.string().optional(),
  author: z.string().default('support@pterodactyl.io'),
  name: z.string(),
  description: z.string().nullable().default(null),
  created_at: when,
})
const SeedVariable = z.object({
  /** Counts on through all eggs when left out. */
  id: id.optional(),
  name: z.string(),
  description: z.string().default(''),
  env_variable: z.string(),
  default_value: z.string().default(''),
  user_viewable: z.boolean().default(true),
  user_editable: z.boolean().default(true),
  /** Laravel rules, "required|string|max:20". */
  rules: z.string().default('nullable|string'),
  created_at: when,
})
const SeedEgg = z.object({
  id,
  uuid: z.string().optional(),
  nest: id,
  name: z.string(),
  author: z.string().default('support@pterodactyl.io'),
  description: z.string().nullable().default(null),
  /** Label to image; the first one is the egg's `docker_image`. */
  docker_images: z.record(z.string(), z.string()),
  startup: z.string(),
  /** Shown by the client API as `egg_features`. */
  features: z.array(z.string()).nullable().default(null),
  config: z
    .object({
      files: z.unknown(),
      startup: z.unknown(),
      stop: z.string().nullable(),
      logs: z.unknown(),
      file_denylist: z.array(z.string()),
      extends: z.number().nullable(),
    })
    .default({ files: [], startup: { done: 'done' }, stop: 'stop', logs: [], file_denylist: [], extends: null }),
  script: z
    .object({ privileged: z.boolean(), install: z.string(), entry: z.string(), container: z.string(), extends: z.number().nullable() })
    .default({ privileged: true, install: '', entry: 'bash', container: 'ghcr.io/pterodactyl/installers:debian', extends: null }),
  variables: z.array(SeedVariable).default([]),
  created_at: when,
})

/** Permission bits of an application key, per resource: 0 none, 1 read, 2 write, 3 both. */
const RESOURCES = ['servers', 'nodes', 'allocations', 'users', 'locations', 'nests', 'eggs', 'database_hosts', 'server_databases'] as const
export type Resource = (typeof RESOURCES)[number]

const SeedKey = z.object({
  token: z.string(),
  type: z.enum(['application', 'client']),
  /** The user the key belongs to; an application key works only while that user is an administrator. */
  user: id,
  /** Left out: everything. A resource that is not named: nothing. */
  permissions: z.partialRecord(z.enum(RESOURCES), z.number().int().min(0).max(3)).optional(),
  allowed_ips: z.array(z.string()).default([]),
})

export const PanelSeed = z.object({
  users: z.array(SeedUser),
  locations: z.array(SeedLocation),
  nodes: z.array(SeedNode),
  allocations: z.array(SeedAllocations),
  nests: z.array(SeedNest),
  eggs: z.array(SeedEgg),
  /** Left out: `APPLICATION_KEY` and `CLIENT_KEY` of the first administrator. */
  keys: z.array(SeedKey).optional(),
})
/** With every default filled in: what the panel reads. */
export type PanelSeed = z.output<typeof PanelSeed>
/** As a person writes it, e.g. `{ … } satisfies PanelSeedInput`. */
export type PanelSeedInput = z.input<typeof PanelSeed>

export const APPLICATION_KEY = 'ptla_sandbox_application_key'
export const CLIENT_KEY = 'ptlc_sandbox_client_key'

/** Fills in the defaults; throws zod's error with the place of every fault. */
export const parsePanelSeed = (input: unknown): PanelSeed => PanelSeed.parse(input)

/** @param file a JSON file in the shape of `PanelSeedInput` */
export const loadPanelSeed = (file: string | URL): PanelSeed => parsePanelSeed(JSON.parse(readFileSync(file, 'utf8')))
