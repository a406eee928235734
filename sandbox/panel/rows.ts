/** What the panel's tables hold. Names are the columns' names where the API shows them. */
export type Status = 'installing' | 'install_failed' | 'reinstall_failed' | 'suspended' | 'restoring_backup' | null

interface Dated {
  id: number
  created_at: string
  updated_at: string
}
export interface UserRow extends Dated {
  uuid: string
  external_id: string | null
  username: string
  email: string
  first_name: string
  last_name: string
  language: string
  root_admin: boolean
  password: string | null
}
export interface LocationRow extends Dated {
  short: string
  long: string | null
}
export interface NodeRow extends Dated {
  uuid: string
  public: boolean
  name: string
  description: string | null
  location_id: number
  fqdn: string
  scheme: string
  behind_proxy: boolean
  maintenance_mode: boolean
  memory: number
  memory_overallocate: number
  disk: number
  disk_overallocate: number
  upload_size: number
  daemon_listen: number
  daemon_sftp: number
  daemon_base: string
  daemon_token_id: string
  daemon_token: string
}
export interface AllocationRow {
  id: number
  node_id: number
  ip: string
  alias: string | null
  port: number
  notes: string | null
  server_id: number | null
}
export interface NestRow extends Dated {
  uuid: string
  author: string
  name: string
  description: string | null
}
export interface VariableRow extends Dated {
  egg_id: number
  name: string
  description: string
  env_variable: string
  default_value: string
  user_viewable: boolean
  user_editable: boolean
  rules: string
}
export interface EggRow extends Dated {
  uuid: string
  nest_id: number
  name: string
  author: string
  description: string | null
  docker_images: Record<string, string>
  startup: string
  features: string[] | null
  config: { files: unknown; startup: unknown; stop: string | null; logs: unknown; file_denylist: string[]; extends: number | null }
  script: { privileged: boolean; install: string; entry: string; container: string; extends: number | null }
  variables: VariableRow[]
}
export interface ServerRow extends Dated {
  uuid: string
  external_id: string | null
  name: string
  description: string
  status: Status
  owner_id: number
  node_id: number
  allocation_id: number
  nest_id: number
  egg_id: number
  memory: number
  swap: number
  disk: number
  io: number
  cpu: number
  threads: string | null
  oom_disabled: boolean
  database_limit: number | null
  allocation_limit: number | null
  backup_limit: number
  startup: string
  image: string
  skip_scripts: boolean
  /** By env_variable; a variable that is not here has no row of its own. */
  environment: Record<string, string>
}
export interface KeyRow {
  id: number
  token: string
  type: 'application' | 'client'
  user_id: number
  permissions: Record<string, number> | null
  allowed_ips: string[]
}
/** A server as the daemon of its node knows it; it can be there without a row of the panel, and the other way round. */
export interface DaemonServerRow {
  id: string
  node_id: number
  state: 'offline' | 'running'
  started_at: string | null
  start_on_completion: boolean
  /** When the install that is under way ends, and how; null when none is, or when it never ends. */
  install: { ends_at: string; successful: boolean; reinstall: boolean } | null
}
