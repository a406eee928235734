import type { OrderStatus } from '../../orders/contract.ts'

/** What an order asks of the panel, and what we know about our own doing. Read fresh for every decision. */
export interface Want {
  orderId: string
  planId: string
  status: OrderStatus
  serverName: string
  deliveredAt: Date | null
  canceledAt: Date | null
  suspendWanted: boolean
  suspendedByUs: boolean
  deleteWantedAt: Date | null
  changedByHand: { from: string; to: string } | null
  /** Code of the failure it waits or stands still for. */
  failureCode: string | null
  nextCheckAt: Date | null
  /** Id of the server on the panel, once we know it. */
  serverId: number | null
  /** Panel user that shall own the server; null: no account yet. */
  ownerId: number | null
  /** Null: the plan has no recipe any more. */
  recipe: { eggId: number; ports: string[] } | null
  limits: Limits
  features: Features
  /** Its plan was changed, and the panel has not been seen to follow. */
  resizeWanted: boolean
  /** What is reserved for it; null: nothing. */
  place: WantedPlace | null
  /** The panel's last word was a refusal of our key, or silence: ask something harmless before anything is made. */
  panelDoubtful: boolean
  /** A call whose result we have not taken in yet. */
  attempt: Attempt | null
  /** `creates`: those in a row of which a wait alone says that nothing comes of them any more. */
  tries: { creates: number; ports: number; reinstalls: number; recreated: number }
  /** When the present installation began. */
  installingSince: Date | null
}

export interface Limits {
  memory: number
  swap: number
  disk: number
  io: number
  cpu: number
}

/** The panel's feature limits. */
export interface Features {
  databases: number
  backups: number
  allocations: number
}

export interface WantedPlace {
  nodeId: number
  /** The node may take new servers now. */
  sellable: boolean
  /** First one: the default. */
  allocations: { id: number; port: number }[]
}

export type Act = 'create' | 'reinstall' | 'delete' | 'suspend' | 'unsuspend' | 'resize'

/** Committed before the call. As long as it stands, its result is not taken in. */
export interface Attempt {
  step: Act
  startedAt: Date
  /**
   * none: crashed, timed out or cut off, anything may have happened · refused: the panel said no and has cleaned up ·
   * taken: the external id exists already, so an earlier create of ours went through, or is being cleaned up just now.
   */
  answer: 'none' | 'refused' | 'taken'
  answeredAt: Date | null
  allocationIds: number[]
}

/** What the panel last said. `unknown`: never asked, or not since it matters. */
export type Seen = { what: 'unknown' } | { what: 'absent'; at: Date } | SeenServer

export interface SeenServer {
  what: 'server'
  at: Date
  id: number
  identifier: string
  externalId: string | null
  status: string | null
  suspended: boolean
  ownerId: number
  nodeId: number
  eggId: number
  limits: Limits
  /** Null: not known. */
  features: Features | null
  allocationId: number
  allocationIds: number[]
}

export const UNKNOWN: Seen = { what: 'unknown' }
