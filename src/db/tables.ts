import type { Generated, GeneratedAlways } from 'kysely'
import type { StoredFailure } from '../kit/failure.ts'
import type { Defaulted, Facts, Json, JsonOr, JsonOrNull, Maybe } from './columns.ts'
import type { TablesOfCatalog } from './tables-of-catalog.ts'
import type { TablesOfHealth } from './tables-of-health.ts'
import type { Logs } from './tables-of-operations.ts'
import type {
  ApiKeys,
  AuditLog,
  AuthSession,
  AuthTwoFactor,
  AuthUser,
  ExternalAccounts,
  FailedSignIns,
  Findings,
  Messages,
  PanelUserAttempts,
  PanelUserLease,
  ResyncCorrections,
  Strikes,
  StripeCustomers,
} from './tables-of-people.ts'
import type { TablesOfSupport } from './tables-of-support.ts'
import type { TablesOfUpkeep } from './tables-of-upkeep.ts'

/** The tables as migrations/ makes them, for Kysely. Each has one owning room; only its store writes it. */

interface Regions {
  id: string
  name: string
  location_id: number
  enabled: Defaulted<boolean>
  sort: Defaulted<number>
}
interface PteroNodes {
  id: number
  uuid: string
  name: string
  location_id: number
  fqdn: string
  max_ram_gb: number
  max_disk_gb: number
  reserved_headroom_gb: Defaulted<number>
  enabled: Defaulted<boolean>
  maintenance: Defaulted<boolean>
  gone_at: Maybe<Date>
  strangers_ram_mb: Defaulted<number>
  strangers_disk_mb: Defaulted<number>
  reserved_ram_mb: Defaulted<number>
  reserved_disk_mb: Defaulted<number>
  held_ram_mb: Defaulted<number>
  free_allocations: Defaulted<number>
  allocations: Defaulted<number>
  free_ram_mb: GeneratedAlways<number>
  free_disk_mb: GeneratedAlways<number>
  synced_at: Maybe<Date>
  created_at: Defaulted<Date>
  updated_at: Defaulted<Date>
}
interface Reservations {
  id: string
  node_id: number
  region_id: string
  ram_mb: number
  disk_mb: number
  port_names: string[]
  state: 'held' | 'committed'
  created_at: Date
  committed_at: Maybe<Date>
}
interface NodeAllocations {
  id: number
  node_id: number
  ip: string
  alias: Maybe<string>
  port: number
  assigned: Defaulted<boolean>
  reservation_id: Maybe<string>
  port_name: Maybe<string>
  gone_at: Maybe<Date>
}
interface FleetCapacity {
  id: number
  name: string
  region_id: string | null
  enabled: boolean
  maintenance: boolean
  gone: boolean
  max_ram_gb: number
  reserved_headroom_gb: number
  reserved_ram_gb: number
  strangers_ram_gb: number
  available_ram_gb: number
  max_disk_gb: number
  available_disk_gb: number
}

interface PanelHealth {
  id: Defaulted<number>
  refused_since: Maybe<Date>
  unreachable_since: Maybe<Date>
  answered_at: Maybe<Date>
}

interface Checkouts {
  id: string
  user_id: string
  plan_id: string
  term: 'monthly' | 'quarterly' | 'semi_annual' | 'yearly'
  region_id: string
  server_name: string
  asked_as: Maybe<string>
  state: 'opening' | 'open' | 'paying' | 'paid' | 'expired'
  amount_cents: number
  currency: string
  stripe_price_id: string
  stripe_session_id: Maybe<string>
  stripe_session_url: Maybe<string>
  key_version: Defaulted<number>
  session_expires_at: Date
  terms_accepted_at: Date
  eula_accepted_at: Maybe<Date>
  client_ip: Maybe<string>
  next_check_at: Maybe<Date>
  created_at: Date
  updated_at: Date
}
interface Orders {
  id: string
  user_id: string
  plan_id: string
  term: 'monthly' | 'quarterly' | 'semi_annual' | 'yearly'
  region_id: string
  server_name: string
  status: Defaulted<'paid' | 'provisioning' | 'installing' | 'provisioned' | 'active' | 'error' | 'canceled'>
  node_id: Maybe<number>
  pterodactyl_server_id: Maybe<string>
  pterodactyl_server_identifier: Maybe<string>
  amount_cents: number
  currency: string
  stripe_session_id: Maybe<string>
  stripe_subscription_id: Maybe<string>
  stripe_customer_id: Maybe<string>
  eula_accepted_at: Maybe<Date>
  suspended_at: Maybe<Date>
  suspended_reason: Maybe<string>
  failure: JsonOrNull<StoredFailure>
  failure_count: Defaulted<number>
  next_check_at: Maybe<Date>
  refund_wanted: Maybe<string>
  delete_wanted_at: Maybe<Date>
  first_running_at: Maybe<Date>
  delivered_at: Maybe<Date>
  canceled_at: Maybe<Date>
  money_settled_at: Maybe<Date>
  changed_by_hand: JsonOrNull<{ from: string; to: string; at: string; by: string; application: string | null; address: string | null }>
  plan_change: JsonOrNull<{
    n: number
    from: string
    to: string
    price: { id: string; amount_cents: number } | null
    asked_at: string
    resized_at: string | null
    priced_at: string | null
    tries: number
  }>
  ending: JsonOrNull<{
    at_period_end: boolean
    server: 'now' | 'later' | 'keep'
    days: number | null
    reason: string
    by: string
    asked_at: string
    set_at: string | null
  }>
  version: Defaulted<number>
  created_at: Date
  recorded_at: Date
  updated_at: Date
}
interface OrderEvents {
  id: Generated<number>
  order_id: string
  at: Date
  kind: 'state' | 'call' | 'note'
  title: string
  details: JsonOr<Facts>
}

interface StripeEvents {
  id: string
  type: string
  api_version: Maybe<string>
  created_at: Date
  received_at: Date
  payload: Json<Facts>
  processed_at: Maybe<Date>
  attempts: Defaulted<number>
  next_attempt_at: Date
  last_error: Maybe<string>
  brought_by: Defaulted<'webhook' | 'sweep'>
}
interface StripeSweep {
  id: Defaulted<number>
  holder: Maybe<string>
  lease_until: Maybe<Date>
  cursor_at: Maybe<Date>
  finished_at: Maybe<Date>
}
interface Subscriptions {
  id: string
  order_id: string
  customer_id: string
  status: string
  cancel_at_period_end: Defaulted<boolean>
  current_period_end: Maybe<Date>
  ended_at: Maybe<Date>
  synced_at: Date
}
interface Payments {
  id: string
  order_id: string
  invoice_id: Maybe<string>
  amount_cents: number
  refunded_cents: Defaulted<number>
  currency: string
  paid_at: Date
  synced_at: Date
}
interface Refunds {
  id: string
  order_id: string
  payment_id: string
  amount_cents: number
  status: string
  reason: Maybe<string>
  created_at: Date
  synced_at: Date
}

interface ServerStates {
  order_id: string
  version: Defaulted<number>
  attempt: JsonOrNull<{ step: string; started_at: string; [fact: string]: unknown }>
  create_tries: Defaulted<number>
  port_tries: Defaulted<number>
  reinstalls: Defaulted<number>
  recreated: Defaulted<number>
  created_on_panel_at: Maybe<Date>
  installed_at: Maybe<Date>
  watched_from: Maybe<Date>
  suspended_by_us: Defaulted<boolean>
}
interface ServersSeen {
  order_id: string
  panel_server_id: number
  identifier: string
  uuid: string
  status: Maybe<string>
  suspended: boolean
  name: string
  owner_id: number
  node_id: number
  egg_id: number
  limits: Json<{ memory: number; swap: number; disk: number; io: number; cpu: number }>
  feature_limits: JsonOrNull<{ databases: number; allocations: number; backups: number }>
  allocation_id: number
  allocations: Json<{ id: number; ip: string; alias: string | null; port: number }[]>
  seen_at: Date
}
interface PanelBudget {
  id: string
  limit_per_minute: number
  remaining: number
  sync_at: Defaulted<Date[]>
  window_ends_at: Date
  blocked_until: Maybe<Date>
  updated_at: Date
}
interface PanelSweep {
  id: Defaulted<number>
  holder: Maybe<string>
  lease_until: Maybe<Date>
  agreed_until: Maybe<Date>
  accounts_after: Maybe<string>
  holds_after: Maybe<string>
  started_at: Maybe<Date>
  finished_at: Maybe<Date>
  result: JsonOrNull<Facts>
}
interface SweepActs {
  id: Generated<number>
  order_id: string
  act: 'suspend' | 'delete'
  at: Date
}

interface OrderTotals {
  status: string
  orders: number
}
interface OrderTotalChanges {
  status: string
  change: number
}

export interface Tables extends TablesOfCatalog, TablesOfHealth, TablesOfSupport, TablesOfUpkeep {
  audit_log: AuditLog
  'auth.user': AuthUser
  'auth.session': AuthSession
  'auth.twoFactor': AuthTwoFactor
  api_keys: ApiKeys
  failed_sign_ins: FailedSignIns
  external_accounts: ExternalAccounts
  panel_user_lease: PanelUserLease
  panel_user_attempts: PanelUserAttempts
  stripe_customers: StripeCustomers
  messages: Messages
  findings: Findings
  regions: Regions
  ptero_nodes: PteroNodes
  reservations: Reservations
  node_allocations: NodeAllocations
  fleet_capacity: FleetCapacity
  panel_health: PanelHealth
  checkouts: Checkouts
  orders: Orders
  order_events: OrderEvents
  order_totals: OrderTotals
  order_total_changes: OrderTotalChanges
  orders_by_status: OrderTotals
  stripe_events: StripeEvents
  subscriptions: Subscriptions
  payments: Payments
  refunds: Refunds
  server_states: ServerStates
  servers_seen: ServersSeen
  panel_budget: PanelBudget
  resync_corrections: ResyncCorrections
  strikes: Strikes
  stripe_sweep: StripeSweep
  panel_sweep: PanelSweep
  sweep_acts: SweepActs
  logs: Logs
}
