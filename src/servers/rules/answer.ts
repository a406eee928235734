import type { Failure } from '../../kit/failure.ts'

/** Six classes, one for each of kit's kinds that a call to the panel can end in. */
export type Class = 'transient' | 'capacity' | 'config' | 'auth' | 'identity' | 'bug'

/** What to do about the attempt. Only the second leaves its result open. */
export type Effect =
  /** The panel has decided and cleaned up: one look-up tells. */
  | 'look_up_now'
  /** Anything may have happened, and the panel may still take it back. */
  | 'look_up_after_35s'
  /** The external id exists: look, and take nothing half-made for whole. */
  | 'look_up_taken'
  | 'other_ports'
  | 'ensure_account_again'
  | 'wait_capacity'
  | 'stop'
  /** Nothing was done; try again later. */
  | 'back_off'
  | 'wait_for_key'

export interface Meaning {
  class: Class
  effect: Effect
  /** Cause and remedy for the operator; its kind decides what the loop does. */
  failure: Failure
}

/** What was asked, so that the remedy can name it. */
export interface Asked {
  step: 'account' | 'create' | 'reinstall' | 'delete' | 'suspend' | 'unsuspend' | 'resize' | 'look_up'
  planId: string
  recipeId: string | null
  eggId: number | null
  node: string | null
  /** Times that other ports were taken already for this order. */
  portTries: number
}

export const PORT_TRIES_MAX = 3

/** What the adapter's Failure tells about the panel's answer (its PanelFacts). */
export interface PanelAnswer {
  answered: boolean
  status: number | null
  panelCode: string | null
  refused: Record<string, { rule: string; detail: string }>
  retryAfterMs: number | null
  /** Why nothing came back (`ECONNREFUSED`), and the panel's own sentence; the adapter may leave them out. */
  trouble: string | null
  detail: string | null
}

export function answerOf(failure: Failure): PanelAnswer | null {
  const facts = failure.facts as Partial<PanelAnswer>
  if (typeof facts.answered !== 'boolean') return null
  return {
    answered: facts.answered,
    status: facts.status ?? null,
    panelCode: facts.panelCode ?? null,
    refused: facts.refused ?? {},
    retryAfterMs: facts.retryAfterMs ?? failure.retryAfterMs,
    trouble: facts.trouble ?? null,
    detail: facts.detail || null,
  }
}
