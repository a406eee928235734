import type { Db } from '../../db/index.ts'
import type { Readings } from '../../outside/host/types.ts'
import type { Mail } from '../../outside/mail/types.ts'
import type { PanelProbe } from '../../outside/panel/probe.ts'
import type { Panel } from '../../outside/panel/types.ts'
import type { StripeSetup } from '../../outside/stripe/setup.ts'
import type { Stripe } from '../../outside/stripe/types.ts'
import type { Area, VerdictState } from './contract.ts'

/** What may be missing, because the configuration does not say how to reach it. */
export interface Parts {
  db: Db
  /** With time-outs short enough for somebody who waits; it has no part in the budget's queue. */
  panel: Panel
  probe: PanelProbe
  stripe: Stripe
  setup: StripeSetup
  mail: Mail
}
export type Part = keyof Parts

/** What is always known. No secrets. */
export interface Facts {
  /** The product's time; the sandbox may have moved it. */
  now(): Date
  readings: Readings
  /** Variable → what is wrong with it. */
  faults: Record<string, string>
  sandboxed: boolean
  stripeMode: 'test' | 'live' | null
  publicUrl: string | null
  panelUrl: string | null
  dataDir: string | null
  mailFrom: string | null
  /** Queries of this process that waited for a connection when the run began; a doctor from elsewhere makes nobody wait. */
  poolWaiting: number
  /** How often the sweep of Stripe runs. */
  backfillMs: number
  /** What our own /healthz answers to this number; null without AUTH_SECRET. */
  prove(nonce: string): string | null
  /** Asks once in a run, however many checks want to know. */
  once<T>(name: string, ask: () => Promise<T>): Promise<T>
}
export type Patient = Facts & { parts: { [Name in Part]: Parts[Name] | null } }

export interface Verdict {
  state: VerdictState
  /** In plain words, with the evidence. */
  found: string
  remedy: string
  fix?: { command?: string; page?: string }
}

export interface Check {
  id: string
  area: Area
  title: string
  /** It makes no sense without these. */
  needs: readonly Part[]
  /** Ids of the checks that must be well first. */
  after: readonly string[]
  /** What to do when it throws, where that is better known here than by who threw. */
  sick: { remedy: string; fix?: Verdict['fix'] } | null
  run(patient: Patient, signal: AbortSignal): Promise<Verdict>
}

interface CheckOf<Name extends Part> extends Omit<Check, 'needs' | 'after' | 'sick' | 'run'> {
  needs?: readonly Name[]
  after?: readonly string[]
  sick?: Check['sick']
  run(patient: Facts & Pick<Parts, Name>, signal: AbortSignal): Promise<Verdict>
}

/** A check whose `run` is given exactly what it needs, none of it null: the runner sees to that. */
export const check = <Name extends Part = never>({ needs = [], after = [], sick = null, run, ...rest }: CheckOf<Name>): Check => ({
  ...rest,
  needs,
  after,
  sick,
  run: ({ parts, ...facts }, signal) => run({ ...facts, ...(parts as Pick<Parts, Name>) }, signal),
})

export const ok = (found: string, hint = ''): Verdict => ({ state: 'ok', found, remedy: hint })
export const warning = (found: string, remedy: string, fix?: Verdict['fix']): Verdict => verdict('warning', found, remedy, fix)
export const failed = (found: string, remedy: string, fix?: Verdict['fix']): Verdict => verdict('failed', found, remedy, fix)
export const skipped = (because: string, remedy = ''): Verdict => ({ state: 'skipped', found: `Not looked at: ${because}`, remedy })

const verdict = (state: VerdictState, found: string, remedy: string, fix?: Verdict['fix']): Verdict => ({
  state,
  found,
  remedy,
  ...(fix ? { fix } : {}),
})
