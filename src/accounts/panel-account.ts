import type { Tx } from '../db/index.ts'
import type { Actor } from '../kit/actor.ts'
import type { Panel, PanelCall } from '../outside/panel/types.ts'
import type { ExternalAccount } from './store/panel-users.ts'

interface Subject {
  type: string
  id: string
}
/** The findings room lies to the right of this one, so the caller passes these two functions of it. */
export interface Findings {
  openFinding(
    tx: Tx,
    finding: {
      kind: 'accounts.panel_identity_conflict'
      severity: 'info' | 'warning' | 'critical'
      subject: Subject
      summary: string
      remedy: string
      evidence?: Record<string, unknown>
      at: Date
    },
  ): Promise<unknown>
  resolveFinding(tx: Tx, ask: { kind: string; subject: Subject; by: string; reason: string; at: Date }): Promise<unknown>
}

export interface EnsureAsk {
  userId: string
  call: PanelCall
  /** The service key and operators only. */
  resetPassword?: boolean
  /** A newly made account gets a password, which is told once and kept nowhere; else the panel mails a link to set one. */
  withPassword: boolean
  by: Actor
  findings: Findings
  /** How long a POST /users without an answer is left alone; 35 s when left out. */
  unknownWaitMs?: number
}
export interface EnsuredAccount {
  account: ExternalAccount
  /** When the account was newly made with a password, or its password was reset. */
  password: string | null
  callsMade: number
}

/** The five calls of the panel that this room makes. */
export type UserCalls = Pick<Panel, 'userByExternalId' | 'usersByEmail' | 'userById' | 'createUser' | 'updateUser'>
