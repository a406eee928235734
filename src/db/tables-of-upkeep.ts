import type { Defaulted, Maybe } from './columns.ts'

/** Tables of the doctor (billing's side of it) and of the backups. */

export interface WebhookRefusals {
  minute: Date
  count: number
  last_at: Date
  reason: string
}
export interface WebhookSecrets {
  fingerprint: string
  verified_at: Maybe<Date>
  endpoint_id: Maybe<string>
  replaces: Defaulted<string[]>
  made_at: Maybe<Date>
  settled_at: Maybe<Date>
}
export interface Backups {
  id: Defaulted<string>
  taken_at: Date
  finished_at: Date
  file: string
  bytes: number
  row_count: number
  taken_by: string
}
export interface Restorations {
  id: Defaulted<number>
  restored_at: Date
  taken_at: Date
  restored_by: string
}

export interface TablesOfUpkeep {
  webhook_refusals: WebhookRefusals
  webhook_secrets: WebhookSecrets
  backups: Backups
  restorations: Restorations
}
