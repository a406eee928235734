/**
 * The Pterodactyl panel as rooms see it: Application API 1.11, plus one call of the Client API.
 * Every method either returns a value or throws a Failure whose `facts` are PanelFacts. `null` means the panel itself said
 * "no such thing" (code NotFoundHttpException); a proxy's or a daemon's 404 is a Failure.
 */
export interface Panel {
  userByExternalId(call: PanelCall, externalId: string): Promise<PanelUser | null>
  /** Users whose address equals `email` (compared without case), never look-alikes. */
  usersByEmail(call: PanelCall, email: string): Promise<PanelUser[]>
  userById(call: PanelCall, id: number): Promise<PanelUser | null>
  createUser(call: PanelCall, user: NewPanelUser): Promise<PanelUser>
  /** Sends every field that PATCH requires; `password` only when given. */
  updateUser(call: PanelCall, user: PanelUser, change: { externalId?: string; password?: string }): Promise<PanelUser>

  serverByExternalId(call: PanelCall, externalId: string): Promise<PanelServer | null>
  /** At most 100 whole external ids in one call; compared exactly. */
  serversByExternalIds(call: PanelCall, externalIds: string[]): Promise<PanelServer[]>
  createServer(call: PanelCall, server: NewPanelServer): Promise<PanelServer>
  suspendServer(call: PanelCall, id: number): Promise<void>
  unsuspendServer(call: PanelCall, id: number): Promise<void>
  reinstallServer(call: PanelCall, id: number): Promise<void>
  deleteServer(call: PanelCall, id: number): Promise<void>
  /** Every server of the panel, page by page, sorted by id. */
  servers(call: PanelCall): AsyncIterable<PanelServer[]>
  /** One page of 500 of them, from 1, with their allocations: for who must pause between pages. */
  serversPage(call: PanelCall, page: number): Promise<{ items: PanelServer[]; last: boolean }>
  /** Limits, feature limits and allocations. Sends all fields; the panel swallows its daemon's failures here, the next boot brings them. */
  patchBuild(call: PanelCall, server: Pick<PanelServer, 'id' | 'allocationId'>, build: PanelBuild): Promise<PanelServer>
  /** Name and owner. Sends the external id and description with it, which the panel would clear. */
  patchDetails(call: PanelCall, server: PanelServer, change: { userId: number }): Promise<PanelServer>

  locations(call: PanelCall): Promise<PanelLocation[]>
  nodes(call: PanelCall): Promise<PanelNode[]>
  allocations(call: PanelCall, nodeId: number): Promise<PanelAllocation[]>
  /** All eggs of all nests, with their variables. */
  eggs(call: PanelCall): Promise<PanelEgg[]>

  /** Client API; null when no client key is configured. */
  powerState(call: PanelCall, identifier: string): Promise<'running' | 'starting' | 'stopping' | 'offline' | null>
}

/** Why and for whom a call is made: decides its share of the budget and whose timeline records it. */
export interface PanelCall {
  share: 'staff' | 'watch' | 'create' | 'sync'
  orderId?: string
  signal?: AbortSignal
  /** The last thing before the request goes out, which may have waited for its place in the budget; what it throws calls it off. */
  beforeSending?(): Promise<void>
}

/** `facts` of a Failure thrown by the adapter. */
export interface PanelFacts {
  method: string
  path: string
  /** False: no answer, a reset, a time-out or something that is no panel's JSON. What was asked may or may not have happened. */
  answered: boolean
  status: number | null
  /** `errors[0].code`: ValidationException, DaemonConnectionException, ThrottleRequestsException … */
  panelCode: string | null
  /** Refused fields: source_field → "rule: detail". */
  refused: Record<string, { rule: string; detail: string }>
  retryAfterMs: number | null
}

/** One finished call, for the timeline and the log. Never a body, never a key. */
export interface PanelCallRecord {
  call: PanelCall
  method: string
  path: string
  status: number | null
  ms: number
  panelCode: string | null
  rateLimit: { limit: number; remaining: number } | null
  retryAfterMs: number | null
  requestId: string
}
/** What the process wires in: wait for a place in the budget before each call; learn from each answer. */
export interface PanelHooks {
  before(call: PanelCall): Promise<void>
  after(record: PanelCallRecord): Promise<void>
}

export interface PanelUser {
  id: number
  externalId: string | null
  uuid: string
  username: string
  email: string
  firstName: string
  lastName: string
  rootAdmin: boolean
  language: string
}
export interface NewPanelUser {
  externalId: string
  username: string
  email: string
  firstName: string
  lastName: string
  /** Left out: the panel mails a set-password link. */
  password?: string
}
export interface PanelServer {
  id: number
  externalId: string | null
  uuid: string
  identifier: string
  name: string
  /** Sent back with a change of details, which would clear it. */
  description?: string
  /** installing | install_failed | reinstall_failed | suspended | restoring_backup | null (fine) */
  status: string | null
  suspended: boolean
  limits: { memory: number; swap: number; disk: number; io: number; cpu: number }
  featureLimits: { databases: number; allocations: number; backups: number }
  userId: number
  nodeId: number
  allocationId: number
  eggId: number
  environment: Record<string, string>
  /** Filled where the call includes allocations; else empty. */
  allocations: { id: number; ip: string; alias: string | null; port: number }[]
  createdAt: Date
}
export interface NewPanelServer {
  name: string
  externalId: string
  userId: number
  eggId: number
  dockerImage: string
  startup: string
  environment: Record<string, string>
  limits: { memory: number; swap: number; disk: number; io: number; cpu: number }
  featureLimits: { databases: number; allocations: number; backups: number }
  allocation: { default: number; additional: number[] }
  startOnCompletion: boolean
}
export interface PanelBuild {
  limits: PanelServer['limits']
  featureLimits: PanelServer['featureLimits']
  /** Free ones of the server's node; others the panel passes over without a word. */
  addAllocations: number[]
}
export interface PanelLocation {
  id: number
  short: string
  long: string
}
export interface PanelNode {
  id: number
  uuid: string
  name: string
  locationId: number
  fqdn: string
  public: boolean
  maintenance: boolean
  memoryMb: number
  memoryOverallocate: number
  diskMb: number
  diskOverallocate: number
}
export interface PanelAllocation {
  id: number
  ip: string
  alias: string | null
  port: number
  assigned: boolean
}
export interface PanelEgg {
  id: number
  nestId: number
  name: string
  dockerImage: string
  startup: string
  variables: { envVariable: string; name: string; defaultValue: string; rules: string }[]
}
