import type { Faults } from '../faults.ts'
import type { Clock } from '../kit/clock.ts'
import type { Agenda } from './agenda.ts'
import type { Tables } from './tables.ts'

export const API_VERSION = '2026-10-28.endive'

export interface Settings {
  secretKey: string
  /** Where a browser reaches the hosted pages, no slash at the end. */
  publicUrl: string
  /** Waits between tries of a delivery, milliseconds of the clock. */
  retryScheduleMs: number[]
  /** How long a bank debit takes before it succeeds by itself, milliseconds of the clock. */
  bankDebitMs: number
  /** Waits between tries of an unpaid renewal, milliseconds of the clock; after the last the subscription is cancelled. */
  dunningScheduleMs: number[]
  latencyMs: number
}

/** Everything a handler may touch. */
export interface World {
  clock: Clock
  faults: Faults
  rows: Tables
  agenda: Agenda
  settings: Settings
  /** The request being answered, or null for what happens by itself; events carry it. */
  cause: { id: string; idempotency_key: string | null } | null
}

/** Seconds, as the API counts. */
export const nowOf = (world: Pick<World, 'clock'>) => Math.floor(world.clock.now().getTime() / 1000)
