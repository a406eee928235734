import type { Generated } from 'kysely'
import type { Defaulted, Facts, JsonOr, Maybe } from './columns.ts'

/** Tables of the rooms audit, accounts, messages and findings. */

export interface AuditLog {
  id: Generated<number>
  at: Defaulted<Date>
  actor_kind: 'user' | 'service' | 'key' | 'cli' | 'system' | 'sql'
  actor_id: string
  did: string
  target_type: string
  target_id: string
  why: Maybe<string>
  details: JsonOr<Facts>
  request_id: Maybe<string>
}

export interface AuthUser {
  id: Generated<string>
  name: string
  email: string
  emailVerified: Defaulted<boolean>
  image: Maybe<string>
  role: Defaulted<'customer' | 'support' | 'operator' | 'admin'>
  twoFactorEnabled: Defaulted<boolean>
  createdAt: Defaulted<Date>
  updatedAt: Defaulted<Date>
}
export interface AuthSession {
  id: Generated<string>
  expiresAt: Date
  token: string
  createdAt: Defaulted<Date>
  updatedAt: Defaulted<Date>
  ipAddress: Maybe<string>
  userAgent: Maybe<string>
  secondFactorAt: Maybe<Date>
  userId: string
}
/** The second factor as better-auth keeps it; it alone reads secret and codes. */
export interface AuthTwoFactor {
  id: Generated<string>
  secret: string
  backupCodes: string
  userId: string
  verified: Defaulted<boolean>
  failedVerificationCount: Defaulted<number>
  lockedUntil: Maybe<Date>
}
export interface ApiKeys {
  id: string
  name: string
  public_id: string
  hash: string
  scopes: ('read' | 'operate' | 'admin' | 'metrics')[]
  created_by: string
  created_at: Date
  expires_at: Date
  last_used_at: Maybe<Date>
  revoked_at: Maybe<Date>
}
export interface FailedSignIns {
  account_hash: string
  failures: number
  window_ends_at: Date
}
export interface ExternalAccounts {
  user_id: string
  pterodactyl_user_id: number
  panel_username: string
  panel_email: string
  adopted: Defaulted<boolean>
  created_at: Date
  updated_at: Date
}
export interface PanelUserLease {
  id: Defaulted<number>
  holder: Maybe<string>
  expires_at: Maybe<Date>
}
export interface PanelUserAttempts {
  user_id: string
  username: string
  started_at: Date
}
export interface StripeCustomers {
  user_id: string
  stripe_customer_id: string
  created_at: Date
}

export interface Messages {
  id: Generated<string>
  user_id: Maybe<string>
  to_email: string
  template: string
  props: JsonOr<Facts>
  dedupe_key: string
  status: Defaulted<'queued' | 'sent' | 'failed'>
  attempts: Defaulted<number>
  next_attempt_at: Date
  sent_at: Maybe<Date>
  last_error: Maybe<string>
  created_at: Date
}

export interface Findings {
  id: Generated<string>
  kind: string
  severity: 'info' | 'warning' | 'critical'
  subject_type: string
  subject_id: string
  summary: string
  remedy: string
  evidence: JsonOr<Facts>
  status: Defaulted<'open' | 'resolved'>
  times_seen: Defaulted<number>
  opened_at: Date
  last_seen_at: Date
  resolved_at: Maybe<Date>
  resolved_by: Maybe<string>
  resolve_reason: Maybe<string>
}

/** What a sweep had to do in place of a hint, counted by cause. */
export interface ResyncCorrections {
  cause: string
  count: number
  last_at: Date
}
export interface Strikes {
  queue: string
  key: string
  count: number
  first_at: Date
  last_at: Date
  error: string
}
