import { DAY, HOUR, MINUTE, SECOND } from '../kit/time.ts'

/** Waits of this room, in ms. The sandbox and tests may shorten some; the panel's own times are behind the first. */
export interface ServersSettings {
  /** How long a create of unknown result may still change the panel: its 15 s for the daemon, 15 s for the clean-up, and some. */
  unknownWaitMs: number
  /** From the create to the first look at the installation. */
  firstLookMs: number
  /** Between two looks at installations. */
  watchEveryMs: number
  /** An installation that takes longer is stuck. */
  installMsMax: number
  /** From delivery to `active`. */
  activeAfterMs: number
  /** Freed capacity wakes an order without room; this long it waits for a wake-up that was lost. */
  capacityWaitMs: number
  /** Our books say there is room and the panel does not: the next sync brings them together, and wakes nobody for it. */
  panelRoomWaitMs: number
  /** Longest pause between two tries after transient failures. */
  backOffMsMax: number
}

export const SERVERS_SETTINGS: ServersSettings = {
  unknownWaitMs: 35 * SECOND,
  firstLookMs: 10 * SECOND,
  watchEveryMs: 10 * SECOND,
  installMsMax: 30 * MINUTE,
  activeAfterMs: DAY,
  capacityWaitMs: HOUR,
  panelRoomWaitMs: 10 * MINUTE,
  backOffMsMax: 5 * MINUTE,
}
