import type { Faults } from '../faults.ts'
import type { Clock } from '../kit/clock.ts'
import type { Journal } from '../kit/journal.ts'
import type { PanelSeed } from './seed.ts'
import type { Letter } from './set-password.ts'

/** How the daemon of a node takes a call: does it, is not there, hangs up, never answers, or answers this status. */
export type DaemonAnswer = 'ok' | 'down' | 'drop' | 'hang' | number | { status: number; error?: string; done?: boolean }
export type DaemonCall = 'create' | 'delete' | 'sync' | 'reinstall' | 'power' | 'stats' | 'config'

export type DaemonBehaviour = Partial<Record<DaemonCall, DaemonAnswer>> & {
  /** How an installation ends. */
  install?: 'ok' | 'fails' | 'never'
  /** How long each call takes; 15 s of the panel's time and more is a hang that is done in the end. */
  delayMs?: number
}

export interface PanelOptions {
  /** 0: any free one. */
  port: number
  host?: string
  clock: Clock
  journal: Journal
  faults: Faults
  /** Read only when the journal is empty. */
  seed: PanelSeed
  /** Multiplies the panel's own waits (15 s for a daemon); 1 is true to life. */
  timeScale?: number
  /** How long an installation takes, of the clock's time. */
  installSeconds?: number | (() => number)
  /** Calls a minute for each user; the real panel's defaults are 240 and 720. */
  rateLimit?: number
  clientRateLimit?: number
  latencyMs?: (method: string, path: string) => number
  /** Two POST /users without a password at once: the later one deadlocks in the database, 500 and rolled back. */
  userDeadlocks?: boolean
  /** 0..1 by turn; for the picks that the panel makes at random. */
  random?: () => number
  /** Takes the panel's own mails; left out: they go nowhere. */
  mail?: (letter: Letter) => void
  log?: (line: string) => void
}

/** One call as the operator's page shows it. */
export interface Call {
  at: string
  method: string
  path: string
  route: string
  status: number | null
  ms: number
  key: 'application' | 'client' | 'daemon' | 'none'
}

export interface Panel {
  url: string
  port: number
  /** Answered calls by `METHOD route`, e.g. "POST api/application/servers". */
  stats(): { total: number; calls: Record<string, number> }
  recentCalls: readonly Call[]
  /** Until changed; kinds that are not named are answered well. */
  setDaemon(nodeId: number, behaviour: DaemonBehaviour): void
  /** What the panel asked of the daemons so far, e.g. "POST /api/servers". */
  daemonCalls(): string[]
  /** Where the servers that a daemon keeps live, whether the panel knows them or not. */
  daemonServers(nodeId: number): string[]
  /** The token that this node's daemon presents on the remote API. */
  nodeToken(nodeId: number): string
  close(): Promise<void>
}
